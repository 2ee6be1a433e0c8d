// Searches: from messages to the JSON that vecext.query takes.
#pragma once

#include <string>

#include "base/vectors.h"
#include "wire/grpc/proto/queries.pb.h"
#include "wire/grpc/proto/searches.pb.h"

namespace vecext::gateway::grpc {

/// Append the request of a search. Its dense vectors are added to `dense`. Throw a Failure if a
/// part of it is empty.
void append_request(std::string& out, const qdrant::QueryPoints& query, DenseVectors& dense);
void append_request(std::string& out, const qdrant::QueryPointGroups& query, DenseVectors& dense);

/// Append the requests of older clients.
void append_request(std::string& out, const qdrant::SearchPoints& search, DenseVectors& dense);
void append_request(std::string& out, const qdrant::SearchPointGroups& search, DenseVectors& dense);
void append_request(std::string& out, const qdrant::RecommendPoints& recommend,
                    DenseVectors& dense);
void append_request(std::string& out, const qdrant::RecommendPointGroups& recommend,
                    DenseVectors& dense);
void append_request(std::string& out, const qdrant::DiscoverPoints& discover, DenseVectors& dense);

/// Appends an expression of a formula. Throws a Failure if a part of it is empty.
void append_expression(std::string& out, const qdrant::Expression& expression);

}  // namespace vecext::gateway::grpc
