// A hash set of rows of a matrix, no two of which are equal. It has open addressing over the
// numbers of rows.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"

namespace vecext::cluster {

class DistinctRows {
 public:
  /// Reserves memory for up to `count` rows. Returns false if memory runs out.
  bool reserve(Arena arena, std::int32_t count) {
    slots_ = std::bit_ceil(2 * static_cast<std::size_t>(count));
    table_ = arena.array<std::int32_t>(slots_);
    return table_ != nullptr;
  }

  /// Empties the set. Rows that are added later are rows of the matrix `rows`. A row must not
  /// change once it is added.
  void clear(const float* rows, std::int32_t dims) {
    rows_ = rows;
    dims_ = static_cast<std::size_t>(dims);
    std::fill_n(table_, slots_, -1);
  }

  /// Adds row i. Returns false if the set has an equal row (-0 equals 0).
  bool add(std::int32_t i) {
    const float* row = at(i);
    std::size_t slot = hash(row) & (slots_ - 1);
    for (; table_[slot] >= 0; slot = (slot + 1) & (slots_ - 1)) {
      if (std::equal(row, row + dims_, at(table_[slot]))) {
        return false;
      }
    }
    table_[slot] = i;
    return true;
  }

 private:
  const float* at(std::int32_t i) const { return rows_ + static_cast<std::size_t>(i) * dims_; }

  std::uint64_t hash(const float* row) const {
    std::uint64_t h = 0;
    for (std::size_t d = 0; d < dims_; ++d) {
      h = (h ^ std::bit_cast<std::uint32_t>(row[d] + 0.0F)) * 0x9E3779B97F4A7C15u;
    }
    return h ^ (h >> 32);
  }

  std::size_t slots_ = 0;
  std::int32_t* table_ = nullptr;
  const float* rows_ = nullptr;
  std::size_t dims_ = 0;
};

}  // namespace vecext::cluster
