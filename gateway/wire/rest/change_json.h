// Changes of points in Qdrant's JSON.
#pragma once

#include "base/json.h"
#include "service/points.h"

namespace vecext::gateway::rest {

/// Return the change that the body of a route asks for. Throw a Failure if it is not as Qdrant has
/// it. Texts of a change may point into the body.
Change upsert_of(const JsonObject& body);
Change update_vectors_of(const JsonObject& body);
Change set_payload_of(const JsonObject& body);
Change overwrite_payload_of(const JsonObject& body);
Change delete_payload_of(const JsonObject& body);
Change delete_vectors_of(const JsonObject& body);
Change delete_of(const JsonObject& body);
Change clear_payload_of(const JsonObject& body);

/// Returns the change that one of the operations of a batch asks for.
Change change_of_operation(RawJson text);

}  // namespace vecext::gateway::rest
