#include "wire/rest/point_json.h"

#include "base/failure.h"
#include "wire/json/checks.h"
#include "wire/rest/request.h"

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
  Selector selector{body.find("points"), {}};
  if (selector.ids) {
    check_ids(*selector.ids);
    return selector;
  }
  selector.filter = body.find("filter");
  if (!selector.filter) {
    throw Failure(FailureKind::kBadInput, "Either points or filter must be given");
  }
  return selector;
}

RawJson with_vectors_of(const JsonObject& body) {
  return body.find("with_vector", "with_vectors").value_or("false");
}

void append_records(std::string& out, const PointList& points, int begin, int end) {
  append_list(out, [&](JsonList& list) {
    for (int i = begin; i < end; ++i) {
      append_record(list.element(), points[i]);
    }
  });
}

PageRequest page_request_of(const JsonObject& body) {
  PageRequest page;
  page.limit = number_member(body, "limit", 10, 1);
  page.filter = body.find("filter");
  page.order_by = body.find("order_by");
  if (const auto offset = body.find("offset")) {
    check_id(*offset);
    page.from_id = is_string(*offset) ? json_string(*offset, "offset") : std::string(*offset);
  }
  page.with_payload = body.find("with_payload").value_or("true");
  page.with_vectors = with_vectors_of(body);
  return page;
}

void write_page(JsonWriter& object, const Page& page) {
  append_records(object.key("points"), page.points, 0, page.points.size());
  if (page.next_id.empty()) {
    object.raw("next_page_offset", "null");
  } else {
    append_id(object.key("next_page_offset"), page.next_id);
  }
}

}  // namespace vecext::gateway::rest
