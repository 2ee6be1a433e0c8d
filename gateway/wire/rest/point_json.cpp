#include "wire/rest/point_json.h"

#include "base/failure.h"

namespace vecext::gateway::rest {

namespace {

// Returns the vectors of a point as Qdrant shows them: an object by name, or the unnamed vector
// itself if the point has no other.
RawJson vector_of(std::string_view vectors) {
  if (!is_object(vectors)) {
    return vectors;
  }
  const JsonObject object = JsonObject::parse(vectors, "vectors");
  const bool is_unnamed = object.members().size() == 1 && object.members().front().key.empty();
  return is_unnamed ? object.members().front().value : vectors;
}

void append_parts(JsonWriter& object, const Point& point) {
  if (!point.payload.empty()) {
    object.raw("payload", point.payload);
  }
  if (!point.vectors.empty()) {
    object.raw("vector", vector_of(point.vectors));
  }
  if (!point.order_value.empty()) {
    object.raw("order_value", point.order_value);
  }
}

}  // namespace

void append_id(std::string& out, std::string_view id) {
  if (is_digits(id)) {
    out += id;
  } else {
    append_string(out, id);
  }
}

void append_record(std::string& out, const Point& point) {
  append_object(out, [&](JsonWriter& object) {
    append_id(object.key("id"), point.id);
    append_parts(object, point);
  });
}

void append_scored(std::string& out, const Point& point) {
  append_object(out, [&](JsonWriter& object) {
    append_id(object.key("id"), point.id);
    object.integer("version", 0);
    append_float(object.key("score"), point.has_score ? static_cast<float>(point.score) : 1.0f);
    append_parts(object, point);
  });
}

Selector selector_of(const JsonObject& body) {
  const Selector selector{body.find("points"), body.find("filter")};
  if (!selector.ids && !selector.filter) {
    throw Failure(FailureKind::kBadInput, "Either points or filter must be given");
  }
  return selector;
}

RawJson with_vectors_of(const JsonObject& body) {
  return body.find("with_vector", "with_vectors").value_or("false");
}

}  // namespace vecext::gateway::rest
