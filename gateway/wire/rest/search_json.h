// Requests of searches: from Qdrant's JSON to that of vecext.query.
#pragma once

#include "base/json.h"
#include "service/points.h"

namespace vecext::gateway::rest {

/// Append the request that a body of such a route asks for, its JSON and its vectors: the universal
/// query, and the searches of older clients.
void append_query(SearchRequest& request, const JsonObject& body);
void append_search(SearchRequest& request, const JsonObject& body);
void append_recommend(SearchRequest& request, const JsonObject& body);
void append_discover(SearchRequest& request, const JsonObject& body);

}  // namespace vecext::gateway::rest
