#include "wire/rest/point_columns.h"

#include <algorithm>

namespace vecext::gateway::rest {

namespace {

bool is_integer(RawJson text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Adds points one by one. A function that returns false has found what columns cannot have.
class ColumnBuilder {
 public:
  bool add_point(const JsonObject& point) {
    const auto id = point.find("id");
    const auto vector = point.find("vector");
    return id && vector && has_known_members(point) && add_id(*id) && add_vectors(*vector) &&
           add_payload(point.find("payload").value_or(""));
  }

  bool add_id(RawJson id) {
    if (is_string(id)) {
      columns_.ids.push_back(json_string(id, "id"));
      return true;
    }
    columns_.ids.emplace_back(id);
    return is_integer(id);
  }

  bool add_payload(RawJson payload) {
    columns_.payloads.push_back(payload.empty() ? "{}" : payload);
    return true;
  }

  bool add_vector(std::string_view name, RawJson vector) {
    if (!read_floats(vector, values_)) {
      return false;
    }
    DenseVectors* column = column_of(name);
    // A name that a point has twice has one vector too many by now.
    if (column == nullptr || column->size() + 1 != static_cast<int>(columns_.ids.size())) {
      return false;
    }
    column->add(values_);
    return true;
  }

  /// Adds a null for each name that the point lacks.
  void end_point() {
    for (PointColumns::Vectors& column : columns_.vectors) {
      fill(column.values, static_cast<int>(columns_.ids.size()));
    }
  }

  std::optional<PointColumns> result() {
    return columns_.vectors.empty() ? std::nullopt : std::optional(std::move(columns_));
  }

 private:
  static bool has_known_members(const JsonObject& point) {
    return std::ranges::all_of(point.members(), [](const JsonMember& member) {
      return member.key == "id" || member.key == "vector" || member.key == "payload";
    });
  }

  static void fill(DenseVectors& column, int size) {
    while (column.size() < size) {
      column.add_null();
    }
  }

  bool add_vectors(RawJson vector) {
    bool is_added = true;
    if (is_object(vector)) {
      const JsonObject named = JsonObject::parse(vector, "vector");
      is_added = std::ranges::all_of(named.members(), [&](const JsonMember& member) {
        return add_vector(member.key, member.value);
      });
    } else {
      is_added = add_vector("", vector);
    }
    end_point();
    return is_added;
  }

  // Returns the column of that name, which a point before may not have had, or null if there would
  // be too many.
  DenseVectors* column_of(std::string_view name) {
    for (PointColumns::Vectors& column : columns_.vectors) {
      if (column.name == name) {
        return &column.values;
      }
    }
    if (columns_.vectors.size() == PointColumns::kMostVectors) {
      return nullptr;
    }
    columns_.vectors.push_back({std::string(name), {}});
    fill(columns_.vectors.back().values, static_cast<int>(columns_.ids.size()) - 1);
    return &columns_.vectors.back().values;
  }

  PointColumns columns_;
  std::vector<float> values_;
};

}  // namespace

std::optional<PointColumns> columns_of(RawJson points) {
  ColumnBuilder builder;
  for (const RawJson text : json_elements(points, "points")) {
    if (!builder.add_point(JsonObject::parse(text, "points"))) {
      return std::nullopt;
    }
  }
  return builder.result();
}

std::optional<PointColumns> columns_of(
    const std::vector<RawJson>& ids, const std::vector<RawJson>& payloads,
    const std::vector<std::pair<std::string, std::vector<RawJson>>>& vectors) {
  ColumnBuilder builder;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool is_added =
        builder.add_id(ids[i]) &&
        builder.add_payload(payloads.empty() || payloads[i] == "null" ? RawJson() : payloads[i]) &&
        std::ranges::all_of(vectors, [&](const auto& named) {
          return builder.add_vector(named.first, named.second[i]);
        });
    if (!is_added) {
      return std::nullopt;
    }
  }
  return builder.result();
}

}  // namespace vecext::gateway::rest
