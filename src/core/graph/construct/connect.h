// Chooses the entries of a graph in memory, and makes a path from them to every node.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/connectivity.h"
#include "core/graph/construct/graph.h"
#include "core/graph/construct/stoppable_loops.h"
#include "core/graph/construct/prune.h"
#include "core/graph/construct/row_vectors.h"
#include "core/graph/construct/workspace.h"

namespace vecext::graph {

/// Chooses entries that are spread over all nodes: the nodes nearest to up to kMaxEntries centers,
/// and some nodes farthest from the mean. Perhaps no link leads to a node far from the mean, though
/// by inner product it is near to many queries.
class Entries {
 public:
  /// Chooses at most `wanted` entries.
  Entries(const Vectors& vectors, const ParallelOptions& parallel, std::int32_t wanted);

  /// Reserves memory for the choice. Returns false if memory runs out.
  bool reserve(Arena arena);

  /// Sets `entries` to *count different nodes. There is at least one if there are nodes.
  Status choose(std::uint64_t seed, std::uint32_t* entries, std::int32_t* count);

 private:
  Status find_nearest(std::size_t n, std::uint32_t* nearest) const;
  const float* mean_of(std::int32_t n);
  Status find_farthest(const float* from, Key* farthest) const;

  const Vectors& vectors_;
  const ParallelOptions& parallel_;
  const std::int32_t wanted_;
  const std::int32_t far_;      // entries far from the mean, out of wanted_
  const std::int32_t centers_;  // entries near centers
  const std::size_t sampled_;
  Workspace training_;
  std::uint32_t* nodes_ = nullptr;  // nodes of the sample
  std::uint32_t* rows_ = nullptr;   // their rows
  float* center_ = nullptr;
};

/// The nodes of a graph in memory for Connectivity, as its argument `Nodes`.
class MemoryNodes {
 public:
  MemoryNodes(const Vectors& vectors, Graph* graph) : vectors_(vectors), graph_(graph) {}

  bool reserve(Arena arena, std::size_t nodes) {
    from_ = arena.array<NodeId>(nodes);
    return from_ != nullptr;
  }
  void clear() { std::fill_n(from_, vectors_.nodes, kNoNode); }

  NodeId& from(NodeId node) { return from_[node]; }
  template <class Visit>
  Status visit_links(NodeId node, const Visit& visit) {
    visit(static_cast<const NodeId*>(list(node)));
    return {};
  }
  Status aim_at(NodeId node) {
    vector_ = vectors_[node];
    return {};
  }
  Status measure(NodeId node, float* distance) {
    *distance = vectors_.distance(vector_, node);
    return {};
  }
  Status replace_link(NodeId by, std::int32_t lane, NodeId node) {
    list(by)[lane] = node;
    return {};
  }

 private:
  NodeId* list(NodeId node) const {
    return graph_->neighbors + node * static_cast<std::size_t>(graph_->degree);
  }

  const Vectors& vectors_;
  Graph* graph_;
  NodeId* from_ = nullptr;
  const float* vector_ = nullptr;
};

class Connection {
 public:
  /// The graph's neighbors and entries must be nodes of `vectors`.
  Connection(const Vectors& vectors, const ParallelOptions& parallel, Graph* graph)
      : graph_(graph), nodes_(vectors, graph), connectivity_(&nodes_, graph->degree, parallel) {}

  bool reserve(Arena arena, std::size_t nodes) {
    return nodes_.reserve(arena, nodes) && connectivity_.reserve(arena, nodes);
  }

  /// Replaces links until all nodes can be reached from the entries.
  Status make(std::uint32_t nodes);

 private:
  Graph* graph_;
  MemoryNodes nodes_;
  Connectivity<MemoryNodes> connectivity_;
};

}  // namespace vecext::graph
