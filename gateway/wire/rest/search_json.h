// Requests of searches: from Qdrant's JSON to that of vecext.query.
#pragma once

#include <string>

#include "base/json.h"

namespace vecext::gateway::rest {

/// The points of searches have a payload if the body asks for it, those of groups unless it does
/// not.
enum class Payload { kIfAsked, kUnlessRefused };

/// Return the request that a body of such a route asks for: the universal query, and the searches
/// of older clients.
std::string request_of_query(const JsonObject& body, Payload payload);
std::string request_of_search(const JsonObject& body, Payload payload);
std::string request_of_recommend(const JsonObject& body, Payload payload);
std::string request_of_discover(const JsonObject& body, Payload payload);

}  // namespace vecext::gateway::rest
