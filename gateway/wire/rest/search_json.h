// Requests of searches: from Qdrant's JSON to that of vecext.query.
#pragma once

#include "base/json.h"
#include "service/points.h"

namespace vecext::gateway::rest {

/// The points of searches have a payload if the body asks for it, those of groups unless it does
/// not.
enum class Payload { kIfAsked, kUnlessRefused };

/// Append the request that a body of such a route asks for, its JSON and its vectors: the universal
/// query, and the searches of older clients.
void append_query(SearchRequest& request, const JsonObject& body, Payload payload);
void append_search(SearchRequest& request, const JsonObject& body, Payload payload);
void append_recommend(SearchRequest& request, const JsonObject& body, Payload payload);
void append_discover(SearchRequest& request, const JsonObject& body, Payload payload);

}  // namespace vecext::gateway::rest
