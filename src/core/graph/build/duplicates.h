// Finding rows of equal vectors: other nodes link only to the first of them. Rows that are nearer
// to each other than to all others, more than a node has links, link among themselves alone, so
// searches do not get to them or away from them; as duplicates they are one node.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/build/graph.h"
#include "core/graph/build/loops.h"

namespace vecext::graph {

/// What of an element counts where rows are compared. Vectors of one direction and of different
/// lengths, divided by these, differ by rounding, all in all by 3e-7. So the elements of directions
/// are rounded to multiples of 2^-14, which is a border between few of them: 400 such vectors
/// become 1.1 kinds at 64 dimensions, 1.6 at 1,536, 3 at 7,000 (measured). Directions that differ
/// by more than some 1e-5 in all are hardly ever equal.
class RowRounding {
 public:
  /// Of directions or not (ConstructOptions).
  explicit constexpr RowRounding(bool of_directions)
      : steps_(of_directions ? 0x1p14F : 1), rounder_(of_directions ? 0x1.8p23F : 0) {}

  /// Equal for equal elements; 0 and -0 are.
  float operator()(float element) const { return element * steps_ + rounder_; }

 private:
  float steps_;
  float rounder_;  // added to a float of up to 2^22, it leaves the nearest whole number
};

/// A hash of a row's floats, the same for equal rows.
std::uint32_t hash_of_row(const float* row, std::size_t dims, RowRounding rounding);

class Duplicates {
 public:
  /// Takes the memory for n rows; false where there is none.
  bool take(Arena arena, std::size_t n);

  /// Sets first[i] to the first row equal to row i (NaN equals nothing), and distinct[0 .. *count)
  /// to the rows that are the first of their kind, ascending.
  Status find(const float* x, std::size_t n, std::int32_t dims, RowRounding rounding,
              const ParallelOptions& parallel, std::uint32_t* first, std::uint32_t* distinct,
              std::uint32_t* count);

 private:
  std::uint32_t* hash_ = nullptr;
  std::uint32_t* slots_ = nullptr;  // rows by hash, open addressing
  std::size_t slot_count_ = 0;
};

}  // namespace vecext::graph
