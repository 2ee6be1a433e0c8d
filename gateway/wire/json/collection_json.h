// Definitions and descriptions of collections in Qdrant's JSON.
#pragma once

#include <string>

#include "base/json.h"
#include "service/collections.h"

namespace vecext::gateway {

/// Return what a body asks for. Throw a Failure if it is not as Qdrant has it.
CollectionDefinition definition_of(const JsonObject& body);
VectorDefinition dense_of(const std::string& name, RawJson text);
VectorDefinition sparse_of(const std::string& name, RawJson text);
PayloadIndex index_of(const JsonObject& body);

/// Returns the `result` that describes a collection.
std::string answer_of(const CollectionDescription& description);

}  // namespace vecext::gateway
