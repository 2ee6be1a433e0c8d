#include "service/column_builder.h"

namespace vecext::gateway {

namespace {

void fill_column(DenseVectors& column, int size) {
  while (column.size() < size) {
    column.add_null();
  }
}

}  // namespace

// Adds a null for each name that the points so far lack.
void PointColumnBuilder::fill(int size) {
  for (PointColumns::Vectors& column : columns_.vectors) {
    fill_column(column.values, size);
  }
}

void PointColumnBuilder::add_point(std::string id, std::string_view payload) {
  fill(static_cast<int>(columns_.ids.size()));
  columns_.ids.push_back(std::move(id));
  columns_.payloads.push_back(payload.empty() ? "{}" : payload);
}

bool PointColumnBuilder::add_vector(std::string_view name, std::span<const float> values) {
  DenseVectors* column = column_of(name);
  // A name that a point has twice has one vector too many by now.
  if (column == nullptr || column->size() + 1 != static_cast<int>(columns_.ids.size())) {
    return false;
  }
  column->add(values);
  return true;
}

std::optional<PointColumns> PointColumnBuilder::result() {
  if (columns_.vectors.empty()) {
    return std::nullopt;
  }
  fill(static_cast<int>(columns_.ids.size()));
  return std::move(columns_);
}

// Returns the column of that name, which a point before may not have had, or null if there would be
// too many.
DenseVectors* PointColumnBuilder::column_of(std::string_view name) {
  for (PointColumns::Vectors& column : columns_.vectors) {
    if (column.name == name) {
      return &column.values;
    }
  }
  if (columns_.vectors.size() == PointColumns::kMostVectors) {
    return nullptr;
  }
  columns_.vectors.push_back({std::string(name), {}});
  fill_column(columns_.vectors.back().values, static_cast<int>(columns_.ids.size()) - 1);
  return &columns_.vectors.back().values;
}

}  // namespace vecext::gateway
