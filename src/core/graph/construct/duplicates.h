// Finding rows of equal vectors. Other nodes link only to the first of them. If more rows than a
// node has links are nearer to each other than to all others, they link only to each other, so that
// a search neither comes to them nor leaves them. As duplicates such rows are one node.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/graph.h"
#include "core/graph/construct/stoppable_loops.h"

namespace vecext::graph {

/// Rounds elements before rows are compared. Vectors of one direction and of different lengths,
/// divided by their lengths, differ by rounding, over D dimensions by 3e-7 in all. So the elements
/// of directions are rounded to multiples of D^1/2 / 2^18. Vectors that differ by that little are
/// seldom rounded differently (400 of them become 1.2 kinds, measured), and directions that differ
/// by more than some 5e-6 in all are.
class RowRounding {
 public:
  /// The rows have `dims` floats. `of_directions` is that of ConstructOptions.
  RowRounding(bool of_directions, std::size_t dims)
      : steps_(of_directions ? 0x1p18F / std::sqrt(static_cast<float>(dims)) : 1),
        rounder_(of_directions ? 0x1.8p23F : 0) {}

  /// Returns equal numbers for equal elements, such as 0 and -0.
  float operator()(float element) const { return element * steps_ + rounder_; }

 private:
  float steps_;
  float rounder_;  // added to a float of up to 2^22, this leaves the nearest whole number
};

/// Returns a hash of a row's floats, rounded by `rounding`. Equal rows have equal hashes.
std::uint32_t hash_of_row(const float* row, std::size_t dims, const RowRounding& rounding);

class Duplicates {
 public:
  /// Reserves memory for n rows. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t n);

  /// Sets first[i] to the first row that is equal to row i. Sets distinct[0 .. *count) to the rows
  /// that are equal to no row before them, in ascending order. A row with a NaN equals no row.
  Status find(const float* x, std::size_t n, std::int32_t dims, bool of_directions,
              const ParallelOptions& parallel, std::uint32_t* first, std::uint32_t* distinct,
              std::uint32_t* count);

 private:
  std::uint32_t* hash_ = nullptr;
  std::uint32_t* slots_ = nullptr;  // rows by hash, open addressing
  std::size_t slot_count_ = 0;
};

}  // namespace vecext::graph
