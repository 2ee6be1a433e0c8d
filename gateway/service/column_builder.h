// Points of an upsert as columns, built point by point.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "service/points.h"

namespace vecext::gateway {

/// Each add_point is followed by an add_vector for each vector of that point.
class PointColumnBuilder {
 public:
  /// `payload` is JSON that outlives the columns.
  void add_point(std::string id, std::string_view payload);
  /// Returns false if columns cannot have the vector: its point has that name twice, or the points
  /// have more names than PointColumns::kMostVectors.
  bool add_vector(std::string_view name, std::span<const float> values);

  /// Returns the columns, or nothing if no point has a vector.
  std::optional<PointColumns> result();

 private:
  DenseVectors* column_of(std::string_view name);
  void fill(int size);

  PointColumns columns_;
};

}  // namespace vecext::gateway
