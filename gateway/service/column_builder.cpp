#include "service/column_builder.h"

namespace vecext::gateway {

namespace {

void fill_column(DenseVectors& column, int size) {
  while (column.size() < size) {
    column.add_null();
  }
}

}  // namespace

// Adds nulls to the columns that have fewer than `size` elements, since a point lacks that name.
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
  // If the point has the name twice, its column has an element for this point already.
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

// Returns the column of that name, or null if there would be too many. A new column has nulls for
// the points before this one.
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
