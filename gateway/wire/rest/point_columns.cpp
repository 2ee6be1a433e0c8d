#include "wire/rest/point_columns.h"

#include <algorithm>

#include "service/column_builder.h"
#include "wire/json/checks.h"

namespace vecext::gateway::rest {

namespace {

bool has_known_members(const JsonObject& point) {
  return std::ranges::all_of(point.members(), [](const JsonMember& member) {
    return member.key == "id" || member.key == "vector" || member.key == "payload";
  });
}

// The functions return false if they have found what columns cannot have.

bool add_point(PointColumnBuilder& columns, RawJson id, RawJson payload) {
  check_numbers(payload);
  if (is_string(id)) {
    const std::string text = json_string(id, "id");
    columns.add_point(text, payload);
    return !is_digits(text);  // which would become a number
  }
  columns.add_point(std::string(id), payload);
  return is_json_digits(id);
}

bool add_vector(PointColumnBuilder& columns, std::string_view name, RawJson vector) {
  thread_local std::vector<float> values;
  return read_floats(vector, values) && columns.add_vector(name, values);
}

bool add_vectors(PointColumnBuilder& columns, RawJson vector) {
  if (!is_object(vector)) {
    return add_vector(columns, "", vector);
  }
  const JsonObject named = JsonObject::parse(vector, "vector");
  return std::ranges::all_of(named.members(), [&](const JsonMember& member) {
    return add_vector(columns, member.key, member.value);
  });
}

}  // namespace

std::optional<PointColumns> columns_of(RawJson points) {
  PointColumnBuilder columns;
  for (const RawJson text : json_elements(points, "points")) {
    const JsonObject point = JsonObject::parse(text, "points");
    const auto id = point.find("id");
    const auto vector = point.find("vector");
    if (!id || !vector || !has_known_members(point) ||
        !add_point(columns, *id, point.find("payload").value_or("")) ||
        !add_vectors(columns, *vector)) {
      return std::nullopt;
    }
  }
  return columns.result();
}

std::optional<PointColumns> columns_of(
    const std::vector<RawJson>& ids, const std::vector<RawJson>& payloads,
    const std::vector<std::pair<std::string, std::vector<RawJson>>>& vectors) {
  PointColumnBuilder columns;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool is_added =
        add_point(columns, ids[i],
                  payloads.empty() || payloads[i] == "null" ? RawJson() : payloads[i]) &&
        std::ranges::all_of(vectors, [&](const auto& named) {
          return add_vector(columns, named.first, named.second[i]);
        });
    if (!is_added) {
      return std::nullopt;
    }
  }
  return columns.result();
}

}  // namespace vecext::gateway::rest
