// The final numbers of nodes: neighbors follow each other, duplicates follow their first node.
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
  /// For a graph with rows, neighbors and entries of its first `count` nodes, one for each distinct
  /// row, and whose duplicate[i] is the first row equal to row i (Duplicates::find).
  Reordering(std::uint32_t count, const ParallelOptions& parallel, Graph* graph)
      : count_(count), parallel_(parallel), graph_(graph) {}

  /// False where there is no memory; for n rows.
  bool reserve(Arena arena, std::size_t n);

  /// Renumbers the nodes and adds duplicates, as construct() returns the graph.
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
  std::uint32_t* next_ = nullptr;    // by row: rows equal to it, then where its next duplicate goes
};

}  // namespace vecext::graph
