// Makes a path from the entries of a graph to every node: goes breadth first from the entries, then
// makes links to the nodes that were not reached. It serves graphs in memory (connect.h) and in
// pages (external/repair_connectivity.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/parallel.h"
#include "core/base/status.h"
#include "core/graph/construct/prune.h"
#include "core/page/node_page.h"

namespace vecext::graph {

/// `Nodes` reads and changes the nodes of the graph:
///
///   nodes.from(node)                a reference to the node that led to `node`, or kNoNode
///   nodes.visit_links(node, visit)  calls visit(links) with the `degree` links of a node
///   nodes.aim_at(node)              sets the node whose vector distances are measured from
///   nodes.measure(node, &distance)  computes the squared distance of a node
///   nodes.replace_link(by, lane, node)  makes link `lane` of `by` lead to the node aimed at
///
/// All but the first return a Status.
template <class Nodes>
class Connectivity {
 public:
  Connectivity(Nodes* nodes, std::int32_t degree, const ParallelOptions& parallel)
      : nodes_(*nodes), degree_(degree), parallel_(parallel) {}

  /// Reserves memory for `nodes` nodes. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t nodes) {
    queue_ = arena.array<NodeId>(nodes);
    return queue_ != nullptr;
  }

  /// Reaches all nodes that the entries lead to. It must be called before connect().
  Status start(const NodeId* entries, std::int32_t count) {
    entries_ = entries;
    entry_count_ = count;
    for (std::int32_t i = 0; i < count; ++i) {
      reach(entries[i], entries[i]);
    }
    return follow();
  }

  /// Makes a node reachable if it is not: a near node that can be reached links to it. The new link
  /// takes the place of the last link of the near node by which no node was reached. Then reaches
  /// all nodes that the node leads to.
  Status connect(NodeId node) {
    if (is_reached(node)) {
      return {};
    }
    NodeId near;
    VECEXT_TRY(find_near(node, &near));
    VECEXT_TRY(link(near, node));
    return follow();
  }

 private:
  static constexpr std::uint32_t kBetweenPolls = 4096;  // nodes

  bool is_reached(NodeId node) { return nodes_.from(node) != kNoNode; }

  void reach(NodeId node, NodeId from) {
    if (!is_reached(node)) {
      nodes_.from(node) = from;
      queue_[reached_++] = node;
    }
  }

  /// Reaches all nodes that reached nodes lead to.
  Status follow() {
    for (; followed_ < reached_; ++followed_) {
      if (followed_ % kBetweenPolls == 0 && stopped(parallel_)) {
        return {.code = StatusCode::kCancelled};
      }
      const NodeId node = queue_[followed_];
      VECEXT_TRY(nodes_.visit_links(node, [&](const NodeId* links) {
        for (std::int32_t i = 0; i < degree_; ++i) {
          if (links[i] != kNoNode) {
            reach(links[i], node);
          }
        }
      }));
    }
    return {};
  }

  Status copy_links(NodeId node, NodeId* links) {
    return nodes_.visit_links(node, [&](const NodeId* from) { std::copy_n(from, degree_, links); });
  }

  /// Lowers *nearest to the nearest reached node among n nodes.
  Status measure(const NodeId* nodes, std::int32_t n, Key* nearest) {
    for (std::int32_t i = 0; i < n; ++i) {
      if (nodes[i] == kNoNode || !is_reached(nodes[i])) {
        continue;
      }
      float distance;
      VECEXT_TRY(nodes_.measure(nodes[i], &distance));
      *nearest = std::min(*nearest, key_of(distance, nodes[i]));
    }
    return {};
  }

  /// Lowers *nearest to the nearest reached node among the nodes that a node links to.
  Status measure_links(NodeId node, Key* nearest) {
    NodeId links[kMaxDegree];
    VECEXT_TRY(copy_links(node, links));
    return measure(links, degree_, nearest);
  }

  /// Sets *near to a reached node near `node`, from which links lead to no nearer reached node.
  /// Descends to it from the nearest of the entries and of the neighbors of `node`.
  Status find_near(NodeId node, NodeId* near) {
    Key nearest = ~Key{0};
    Status status = nodes_.aim_at(node);
    if (status.ok()) {
      status = measure(entries_, entry_count_, &nearest);
    }
    if (status.ok()) {
      status = measure_links(node, &nearest);
    }
    for (Key before = 0; status.ok() && before != nearest;) {
      before = nearest;
      status = measure_links(node_of(nearest), &nearest);
    }
    *near = node_of(nearest);
    return status;
  }

  /// Links from a reached node, `by`, to `node`, the node aimed at. A node keeps its links to nodes
  /// that were reached from it. If `by` has no other link, one of those nodes links in its place,
  /// and so on down to a node that has another link.
  Status link(NodeId by, NodeId node) {
    NodeId links[kMaxDegree];
    std::int32_t lane = -1;
    for (std::uint32_t steps = 0; lane < 0; ++steps) {
      if (steps > reached_) {
        return corrupt();
      }
      VECEXT_TRY(copy_links(by, links));
      lane = degree_ - 1;
      while (lane >= 0 && links[lane] != kNoNode && nodes_.from(links[lane]) == by) {
        --lane;
      }
      by = lane < 0 ? links[degree_ - 1] : by;
    }
    VECEXT_TRY(nodes_.replace_link(by, lane, node));
    reach(node, by);
    return {};
  }

  Nodes& nodes_;
  const std::int32_t degree_;
  const ParallelOptions& parallel_;
  const NodeId* entries_ = nullptr;
  std::int32_t entry_count_ = 0;
  NodeId* queue_ = nullptr;  // reached nodes; the links of the first `followed_` nodes are followed
  std::uint32_t reached_ = 0;
  std::uint32_t followed_ = 0;
};

}  // namespace vecext::graph
