// Rows of equal vectors: a graph has one node for each vector that others link to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/build/graph.h"
#include "core/graph/build/loops.h"

namespace vecext::graph {

/// A hash of a row's floats, the same for equal rows.
std::uint32_t hash_of_row(const float* row, std::size_t dims);

class Duplicates {
 public:
  /// Memory to find those of n rows; false where there is none.
  bool take(Arena arena, std::size_t n);

  /// first[i]: the first row equal to row i (-0 equals 0, NaN nothing). distinct: the rows that are
  /// the first of theirs, ascending; returns how many in *count.
  Status find(const float* x, std::size_t n, std::int32_t dims, const ParallelOptions& parallel,
              std::uint32_t* first, std::uint32_t* distinct, std::uint32_t* count);

 private:
  std::uint32_t* hash_ = nullptr;
  std::uint32_t* slots_ = nullptr;  // rows by hash, open addressing
  std::size_t slot_count_ = 0;
};

}  // namespace vecext::graph
