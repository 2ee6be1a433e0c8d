// Entries of a graph, and a way from them to every node.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/build/loops.h"
#include "core/graph/build/prune.h"
#include "core/graph/build/vectors.h"
#include "core/graph/build/workspace.h"

namespace vecext::graph {

/// Nodes that lie all over the others: the nearest to each of up to kMaxEntries centers; and those
/// that lie farthest out, to which no other would lead: by inner product they are near to many.
class Entries {
 public:
  /// At most `wanted` of them.
  Entries(const Vectors& vectors, const ParallelOptions& parallel, std::int32_t wanted);

  /// False where there is no memory.
  bool take(Arena arena);

  /// At least one where there are nodes; none twice.
  Status choose(std::uint64_t seed, std::uint32_t* entries, std::int32_t* count);

 private:
  const float* mean_of(std::int32_t n);
  Status find_farthest(const float* from, Key* farthest) const;

  const Vectors& vectors_;
  const ParallelOptions& parallel_;
  const std::int32_t wanted_;
  const std::int32_t far_;      // of these
  const std::int32_t centers_;  // the others
  const std::size_t sampled_;
  Workspace training_;
  std::uint32_t* nodes_ = nullptr;  // of the sample
  std::uint32_t* rows_ = nullptr;   // theirs
  float* center_ = nullptr;
};

class Connection {
 public:
  /// Of a graph whose neighbors and entries are nodes of `vectors`.
  Connection(const Vectors& vectors, const ParallelOptions& parallel, Graph* graph)
      : vectors_(vectors), parallel_(parallel), graph_(graph) {}

  bool take(Arena arena, std::size_t nodes);

  /// Replaces links until all nodes can be reached from the entries. A node that cannot is linked
  /// to by a near one that can, in place of its last link that nothing depends on.
  Status make();

 private:
  std::uint32_t* list(std::uint32_t node) const {
    return graph_->neighbors + node * static_cast<std::size_t>(graph_->degree);
  }
  void reach(std::uint32_t node, std::uint32_t from);
  Status spread();
  std::uint32_t near_reached(std::uint32_t node) const;
  void link(std::uint32_t from, std::uint32_t node);

  const Vectors& vectors_;
  const ParallelOptions& parallel_;
  Graph* graph_;
  std::uint32_t* from_ = nullptr;  // the node that one was reached from; itself: an entry
  std::uint32_t* queue_ =
      nullptr;  // all reached nodes; the links of the first `done_` are followed
  std::uint32_t reached_ = 0;
  std::uint32_t done_ = 0;
};

}  // namespace vecext::graph
