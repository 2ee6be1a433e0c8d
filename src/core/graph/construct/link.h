// Makes the links of all nodes: prunes candidates, adds a reverse link for each link, and fills
// every list.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/link_candidates.h"
#include "core/graph/construct/prune.h"
#include "core/graph/construct/stoppable_loops.h"
#include "core/graph/construct/row_vectors.h"

namespace vecext::graph {

class Links {
 public:
  Links(const Vectors& vectors, const ConstructOptions& options, const ParallelOptions& parallel)
      : vectors_(vectors),
        degree_(options.degree),
        parallel_(parallel),
        pruning_(vectors, options.degree, options.alpha) {}

  /// Reserves memory for n nodes. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t n);

  /// Makes the lists of links: neighbors[node * degree] and the following numbers are the links of
  /// a node. The pool has the candidates, and is overwritten. Lanes are kNoNode only where there
  /// are fewer other nodes than `degree`.
  Status make(Pool* pool, std::uint32_t* neighbors);

 private:
  void prune_candidates(std::uint32_t node, std::int32_t slot, Pool* pool);
  Status reverse(const Pool& pool, std::uint32_t* sources);
  void merge(std::uint32_t node, std::int32_t slot, const std::uint32_t* sources, Pool* pool);
  std::uint8_t prune_all(std::uint32_t node, std::int32_t slot, const std::uint32_t* source,
                         const std::uint32_t* end, std::uint32_t* list);
  void fill(std::uint32_t node, const Pool& pool, std::uint32_t* list) const;

  const Vectors& vectors_;
  const std::int32_t degree_;
  const ParallelOptions& parallel_;
  Pruning pruning_;
  std::uint8_t* kept_ = nullptr;  // by node: how many links the first pruning has kept
  std::uint64_t* end_ = nullptr;  // by node: where the sources of links to it end
};

}  // namespace vecext::graph
