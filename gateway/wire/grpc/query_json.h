// Searches: from messages to the JSON that vecext.query takes.
#pragma once

#include <string>

#include "wire/grpc/proto/queries.pb.h"
#include "wire/grpc/proto/searches.pb.h"

namespace vecext::gateway::grpc {

std::string request_of(const qdrant::QueryPoints& query);
std::string request_of(const qdrant::QueryPointGroups& query);

/// Return the request of a search as older clients have it.
std::string request_of(const qdrant::SearchPoints& search);
std::string request_of(const qdrant::SearchPointGroups& search);
std::string request_of(const qdrant::RecommendPoints& recommend);
std::string request_of(const qdrant::RecommendPointGroups& recommend);
std::string request_of(const qdrant::DiscoverPoints& discover);

/// Appends an object of JSON.
void append_order(std::string& out, const qdrant::OrderBy& order);
/// Appends an expression of a formula. Throws a Failure if a part of it is empty.
void append_expression(std::string& out, const qdrant::Expression& expression);

}  // namespace vecext::gateway::grpc
