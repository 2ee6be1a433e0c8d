// Finding rows of equal vectors: other nodes link only to the first of them.
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
  /// Takes the memory for n rows; false where there is none.
  bool take(Arena arena, std::size_t n);

  /// Sets first[i] to the first row equal to row i (-0 equals 0, NaN equals nothing), and
  /// distinct[0 .. *count) to the rows that are the first of their kind, ascending.
  Status find(const float* x, std::size_t n, std::int32_t dims, const ParallelOptions& parallel,
              std::uint32_t* first, std::uint32_t* distinct, std::uint32_t* count);

 private:
  std::uint32_t* hash_ = nullptr;
  std::uint32_t* slots_ = nullptr;  // rows by hash, open addressing
  std::size_t slot_count_ = 0;
};

}  // namespace vecext::graph
