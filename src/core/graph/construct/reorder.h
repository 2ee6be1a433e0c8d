// Gives nodes their final numbers: neighbors get numbers near each other, and duplicates follow the
// first node of their vector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/stoppable_loops.h"
#include "core/graph/construct/row_vectors.h"

namespace vecext::graph {

class Reordering {
 public:
  /// `graph` must have the rows, neighbors and entries of its first `count` nodes, one for each
  /// distinct row. In it, duplicate[i] is the first row equal to row i (Duplicates::find).
  Reordering(std::uint32_t count, const ParallelOptions& parallel, Graph* graph)
      : count_(count), parallel_(parallel), graph_(graph) {}

  /// Reserves memory for n rows. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t n);

  /// Renumbers the nodes and adds the duplicates, so that the graph is as construct() returns it.
  Status make();

 private:
  Status chain();
  Status make_room();
  Status move_lists();
  Status set_duplicates();

  const std::uint32_t count_;
  const ParallelOptions& parallel_;
  Graph* graph_;
  std::uint32_t* old_row_ = nullptr;
  std::uint32_t* old_lists_ = nullptr;
  std::uint32_t* order_ = nullptr;   // old numbers in the order of the new ones
  std::uint32_t* number_ = nullptr;  // by old number: the new one
  std::uint32_t* next_ = nullptr;    // by row: the next row equal to it; later the number of its
                                     // next duplicate
};

}  // namespace vecext::graph
