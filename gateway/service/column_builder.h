// Points of an upsert as columns, built point by point.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "service/points.h"

namespace vecext::gateway {

/// Begins with add_point; vectors of that point follow. A function that returns false has found
/// what columns cannot have.
class PointColumnBuilder {
 public:
  /// `payload` is JSON that outlives the columns.
  void add_point(std::string id, std::string_view payload);
  bool add_vector(std::string_view name, std::span<const float> values);

  /// Returns the columns, or nothing if there is no vector in them.
  std::optional<PointColumns> result();

 private:
  DenseVectors* column_of(std::string_view name);
  void fill(int size);

  PointColumns columns_;
};

}  // namespace vecext::gateway
