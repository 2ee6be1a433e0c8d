// Rows of equal vectors: a graph has one node for each vector that others link to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/vectors.h"

namespace vecext::graph {

class Twins {
 public:
  /// Memory to find those of n rows; false where there is none.
  bool take(Arena arena, std::size_t n);

  /// first[i]: the first row equal to row i (-0 equals 0, NaN nothing). distinct: the rows that are
  /// the first of theirs, ascending; returns how many in *count.
  Status find(const float* x, std::size_t n, std::int32_t dims, const Loops& loops,
              std::uint32_t* first, std::uint32_t* distinct, std::uint32_t* count);

 private:
  std::uint32_t* hash_ = nullptr;
  std::uint32_t* slots_ = nullptr;  // rows by hash, open addressing
  std::size_t slot_count_ = 0;
};

/// Memory of expand_twins for n rows.
struct TwinNumbers {
  std::uint32_t* number;  // by old number: the new one
  std::uint32_t* next;    // by row: where its next twin goes

  bool take(Arena arena, std::size_t n);
};

/// Makes room for twins after their first nodes: graph->row, ->neighbours and ->entries hold
/// `count` nodes of distinct rows, graph->twin the first row equal to row i (Twins::find). After it
/// all are as construct.h says.
void expand_twins(std::uint32_t count, const TwinNumbers& numbers, Graph* graph);

}  // namespace vecext::graph
