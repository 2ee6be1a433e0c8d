// Members that searches of all kinds have: from messages to JSON.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/json.h"
#include "wire/grpc/proto/queries.pb.h"
#include "wire/messages/vector_json.h"

namespace vecext::gateway::grpc {

void append_params(std::string& out, const qdrant::SearchParams& params);
void append_lookup_from(std::string& out, const qdrant::LookupLocation& lookup);
void append_with_lookup(std::string& out, const qdrant::WithLookup& lookup);
void append_order(std::string& out, const qdrant::OrderBy& order);
/// Throws a Failure kBadJson if there is no such strategy, as append_order does of directions.
std::string_view name_of(qdrant::RecommendStrategy strategy);

/// Appends a threshold of scores. Infinite ones become the largest float, as JSON has no infinity.
/// Throws a Failure kBadInput if it is not a number.
void append_threshold(std::string& out, float threshold);

/// Writes a number of rows. Clients ask for all rows by the largest number there is: what is beyond
/// all rows becomes the largest number that vecext takes for `limit` and `offset` together.
template <class Number>
void write_number(JsonWriter& out, std::string_view name, Number number) {
  constexpr std::uint64_t kMost = (1u << 28) - 1;
  out.integer(name, static_cast<std::int64_t>(std::min<std::uint64_t>(number, kMost)));
}

// Writes what the points of an answer are to have.
template <class Query>
void write_selectors(JsonWriter& out, const Query& query) {
  out.raw("with_payload", payload_selector(query.with_payload(), "false"));
  out.raw("with_vectors", vectors_selector(query.with_vectors()));
}

template <class Query>
void write_groups(JsonWriter& out, const Query& query) {
  constexpr std::uint64_t kDefaultSize = 3;
  out.string("group_by", query.group_by());
  std::uint64_t size = query.group_size();
  if constexpr (requires { query.has_group_size(); }) {
    size = query.has_group_size() ? size : kDefaultSize;
  }
  write_number(out, "group_size", size);
  if (query.has_with_lookup()) {
    append_with_lookup(out.key("with_lookup"), query.with_lookup());
  }
}

}  // namespace vecext::gateway::grpc
