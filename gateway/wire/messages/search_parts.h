// Members that searches of all kinds have: from messages to JSON.
#pragma once

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
std::string_view name_of(qdrant::RecommendStrategy strategy);

template <class Number>
void write_number(JsonWriter& out, std::string_view name, Number number) {
  out.integer(name, static_cast<std::int64_t>(number));
}

// Writes what the points of an answer are to have.
template <class Query>
void write_selectors(JsonWriter& out, const Query& query, std::string_view with_payload) {
  out.raw("with_payload", payload_selector(query.with_payload(), with_payload));
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
