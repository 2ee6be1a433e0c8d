#include "wire/messages/answers.h"

#include "base/json.h"
#include "wire/messages/value_json.h"
#include "wire/messages/vector_json.h"

namespace vecext::gateway::grpc {

namespace {

// Reads an id in JSON: a number, or the string of a UUID.
void read_json_id(RawJson text, qdrant::PointId& id) {
  if (is_string(text)) {
    id.set_uuid(json_string(text, "id"));
  } else {
    id.set_num(number_of<std::uint64_t>(text));
  }
}

template <class Message>
void read_parts(const Point& point, Message& to) {
  read_id(point.id, *to.mutable_id());
  read_payload(point.payload, *to.mutable_payload());
  if (!point.vectors.empty()) {
    read_vectors(point.vectors, *to.mutable_vectors());
  }
  if (point.order_value.empty()) {
    return;
  }
  if (const auto integer = integer_of(point.order_value)) {
    to.mutable_order_value()->set_int_(*integer);
  } else {
    to.mutable_order_value()->set_float_(double_of(point.order_value));
  }
}

void read_group_id(RawJson key, qdrant::GroupId& id) {
  if (is_string(key)) {
    id.set_string_value(json_string(key, "group"));
  } else if (key.starts_with('-')) {
    id.set_integer_value(number_of<std::int64_t>(key));
  } else {
    id.set_unsigned_value(number_of<std::uint64_t>(key));
  }
}

void read_lookup(RawJson lookup, qdrant::RetrievedPoint& to) {
  const JsonObject object = JsonObject::parse(lookup, "lookup");
  read_json_id(object.at("id"), *to.mutable_id());
  read_payload(object.find("payload").value_or(""), *to.mutable_payload());
  if (const auto vectors = object.find("vectors", "vector")) {
    read_vectors(*vectors, *to.mutable_vectors());
  }
}

}  // namespace

void read_point(const Point& point, qdrant::RetrievedPoint& to) {
  read_parts(point, to);
}

void read_point(const Point& point, qdrant::ScoredPoint& to) {
  to.set_score(point.has_score ? static_cast<float>(point.score) : 1.0f);
  read_parts(point, to);
}

void add_groups(const Groups& groups, qdrant::GroupsResult& to) {
  for (const Group& group : groups.groups) {
    qdrant::PointGroup& added = *to.add_groups();
    read_group_id(group.key, *added.mutable_id());
    if (!group.lookup.empty()) {
      read_lookup(group.lookup, *added.mutable_lookup());
    }
    for (const Point& hit : group.hits) {
      read_point(hit, *added.add_hits());
    }
  }
}

void read_facet(RawJson value, qdrant::FacetValue& to) {
  if (is_string(value)) {
    to.set_string_value(json_string(value, "value"));
  } else if (value == "true" || value == "false") {
    to.set_bool_value(value == "true");
  } else {
    to.set_integer_value(number_of<std::int64_t>(value));
  }
}

void read_pairs(RawJson matrix, qdrant::SearchMatrixPairs& to) {
  const JsonObject object = JsonObject::parse(matrix, "matrix");
  for (const RawJson text : json_elements(object.at("pairs"), "pairs")) {
    const JsonObject pair = JsonObject::parse(text, "pair");
    qdrant::SearchMatrixPair& added = *to.add_pairs();
    read_json_id(pair.at("a"), *added.mutable_a());
    read_json_id(pair.at("b"), *added.mutable_b());
    added.set_score(static_cast<float>(double_of(pair.at("score"))));
  }
}

void read_offsets(RawJson matrix, qdrant::SearchMatrixOffsets& to) {
  const JsonObject object = JsonObject::parse(matrix, "matrix");
  for (const RawJson row : json_elements(object.at("offsets_row"), "offsets_row")) {
    to.add_offsets_row(number_of<std::uint64_t>(row));
  }
  for (const RawJson column : json_elements(object.at("offsets_col"), "offsets_col")) {
    to.add_offsets_col(number_of<std::uint64_t>(column));
  }
  for (const RawJson score : json_elements(object.at("scores"), "scores")) {
    to.add_scores(static_cast<float>(double_of(score)));
  }
  for (const RawJson id : json_elements(object.at("ids"), "ids")) {
    read_json_id(id, *to.add_ids());
  }
}

}  // namespace vecext::gateway::grpc
