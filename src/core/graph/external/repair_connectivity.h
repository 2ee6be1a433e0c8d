// A way from the entries to every node of a graph that is in pages: connect.h for graphs that are
// not in memory.
#pragma once

#include "core/graph/format/graph_write.h"
#include "core/graph/build/loops.h"
#include "core/graph/build/prune.h"
#include "core/kernel/kernel.h"

namespace vecext::graph {

template <BulkStore B>
class ConnectivityRepair {
 public:
  ConnectivityRepair(B& bulk, const GraphModel& model, const NodePages& pages,
                     const ParallelOptions& parallel)
      : bulk_(bulk), model_(model), pages_(pages), parallel_(parallel) {}

  /// False where there is no memory; for nodes on `count` pages.
  bool take(Arena arena, std::uint32_t count);

  /// Replaces links until all nodes but duplicates can be reached from the entries. A node that
  /// cannot is linked to by a near one that can, in place of its last link that nothing depends on.
  Status connect(const EntryPoints& entries);

 private:
  using Slot = NodeSlot<const std::byte>;
  static constexpr std::uint32_t kFollowed = 4096;  // nodes between two polls

  /// visit(slot) of a node. Pages are not as they were written where the disk is at fault.
  template <class Visit>
  Status look(NodeId node, const Visit& visit) {
    return bulk_.read(model_.layout.page_of(node), [&](const std::byte* page) -> Status {
      const auto slot = node_slot(page, model_.layout, model_.layout.slot_of(node));
      const NodeId* end = slot.neighbors() + model_.layout.degree;
      const auto is_wrong = [this](NodeId id) { return id != kNoNode && !is_node(id); };
      if (slot.head()->mark != kNodeMark || std::any_of(slot.neighbors(), end, is_wrong)) {
        return {.code = StatusCode::kCorrupt};
      }
      visit(slot);
      return {};
    });
  }
  bool is_node(NodeId node) const {
    const PageId page = model_.layout.page_of(node);
    return page < index_size_ && index_[page] < count_;
  }
  NodeId& from(NodeId node) {
    return from_[index_[model_.layout.page_of(node)] * static_cast<std::uint32_t>(pages_.slots) +
                 static_cast<std::uint32_t>(model_.layout.slot_of(node))];
  }
  bool is_reached(NodeId node) { return node != kNoNode && from(node) != kNoNode; }
  void reach(NodeId node, NodeId by) {
    if (node != kNoNode && from(node) == kNoNode) {
      from(node) = by;
      queue_[reached_++] = node;
    }
  }
  Status spread();
  Status copy(NodeId node);
  Status measure(const NodeId* nodes, std::int32_t n, Key* nearest);
  Status near_reached(NodeId node, const EntryPoints& entries, NodeId* found);
  Status link(NodeId by, NodeId node);

  B& bulk_;
  const GraphModel& model_;
  const NodePages pages_;
  const ParallelOptions& parallel_;
  std::uint32_t count_ = 0;
  std::uint32_t index_size_ = 0;
  std::uint32_t* index_ = nullptr;  // of a page in pages_
  NodeId* from_ = nullptr;   // by place in pages_: what a node was reached from; itself: an entry
  NodeId* queue_ = nullptr;  // all reached nodes; the links of the first `done_` are followed
  std::uint32_t reached_ = 0;
  std::uint32_t done_ = 0;
  float* vector_ = nullptr;  // of the node that is to be linked to
  float* other_ = nullptr;
  NodeId links_[kMaxDegree];  // of the node that was copied
};

template <BulkStore B>
bool ConnectivityRepair<B>::take(Arena arena, std::uint32_t count) {
  count_ = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    index_size_ = std::max(index_size_, pages_.page[i] + 1);
  }
  const auto slots = static_cast<std::size_t>(pages_.slots);
  const auto dims = static_cast<std::size_t>(model_.dims());
  index_ = arena.array<std::uint32_t>(index_size_);
  from_ = arena.array<NodeId>(count * slots);
  queue_ = arena.array<NodeId>(count * slots);
  vector_ = arena.array<float>(dims);
  other_ = arena.array<float>(dims);
  if (index_ == nullptr || from_ == nullptr || queue_ == nullptr || vector_ == nullptr ||
      other_ == nullptr) {
    return false;
  }
  std::fill_n(index_, index_size_, kNoPage);
  for (std::uint32_t i = 0; i < count; ++i) {
    index_[pages_.page[i]] = i;
  }
  std::fill_n(from_, count * slots, kNoNode);
  return true;
}

template <BulkStore B>
Status ConnectivityRepair<B>::connect(const EntryPoints& entries) {
  for (std::int32_t e = 0; e < entries.count; ++e) {
    reach(entries.id[e], entries.id[e]);
  }
  Status status = spread();
  for (std::uint32_t i = 0; i < count_ && status.ok(); ++i) {
    // Nodes of this page that are to be linked to.
    NodeId left[kPageSize / sizeof(NodeHead)];
    std::int32_t n = 0;
    status = bulk_.read(pages_.page[i], [&](const std::byte* page) -> Status {
      if (!check_node_page(page, model_.layout).ok()) {
        return {.code = StatusCode::kCorrupt};
      }
      for (std::int32_t s = 0; s < page_head(page)->rows; ++s) {
        const NodeId node = model_.layout.id_of(pages_.page[i], s);
        if ((node_slot(page, model_.layout, s).head()->flags & kIsDuplicate) == 0 &&
            !is_reached(node)) {
          left[n++] = node;
        }
      }
      return {};
    });
    for (std::int32_t j = 0; j < n && status.ok(); ++j) {
      if (is_reached(left[j])) {
        continue;  // by way of one before it
      }
      NodeId near;
      status = near_reached(left[j], entries, &near);
      if (status.ok()) {
        status = link(near, left[j]);
      }
      if (status.ok()) {
        status = spread();
      }
    }
    if (i % kFollowed == 0 && cluster::stopped(parallel_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  return status;
}

/// Reaches all that reached nodes lead to.
template <BulkStore B>
Status ConnectivityRepair<B>::spread() {
  for (; done_ < reached_; ++done_) {
    if (done_ % kFollowed == 0 && cluster::stopped(parallel_)) {
      return {.code = StatusCode::kCancelled};
    }
    const NodeId node = queue_[done_];
    const Status status = look(node, [&](const Slot& slot) {
      for (std::int32_t j = 0; j < model_.layout.degree; ++j) {
        reach(slot.neighbors()[j], node);
      }
    });
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

/// Copies a node's links.
template <BulkStore B>
Status ConnectivityRepair<B>::copy(NodeId node) {
  return look(
      node, [&](const Slot& slot) { std::copy_n(slot.neighbors(), model_.layout.degree, links_); });
}

/// The nearest of the reached ones of some nodes to vector_.
template <BulkStore B>
Status ConnectivityRepair<B>::measure(const NodeId* nodes, std::int32_t n, Key* nearest) {
  const auto dims = static_cast<std::size_t>(model_.dims());
  for (std::int32_t i = 0; i < n; ++i) {
    if (!is_reached(nodes[i])) {
      continue;
    }
    const Status status = look(nodes[i], [&](const Slot& slot) {
      get_rerank(model_.rerank(), slot.rerank(), model_.dims(), other_);
    });
    if (!status.ok()) {
      return status;
    }
    const auto distance = kernel::active().f32.l2_squared(vector_, other_, dims);
    *nearest = std::min(*nearest, key_of(static_cast<float>(distance), nodes[i]));
  }
  return {};
}

/// Descends to a reached node that is nearer than its neighbors are, from the nearest of the
/// entries and the node's own neighbors.
template <BulkStore B>
Status ConnectivityRepair<B>::near_reached(NodeId node, const EntryPoints& entries, NodeId* found) {
  Status status = look(node, [&](const Slot& slot) {
    get_rerank(model_.rerank(), slot.rerank(), model_.dims(), vector_);
    std::copy_n(slot.neighbors(), model_.layout.degree, links_);
  });
  Key nearest = ~Key{0};
  if (status.ok()) {
    status = measure(entries.id, entries.count, &nearest);
  }
  if (status.ok()) {
    status = measure(links_, model_.layout.degree, &nearest);
  }
  for (Key before = 0; status.ok() && before != nearest;) {
    before = nearest;
    status = copy(node_of(nearest));
    if (status.ok()) {
      status = measure(links_, model_.layout.degree, &nearest);
    }
  }
  *found = node_of(nearest);
  return status;
}

/// Links from a reached node to one that is not, whose vector is in vector_. A node from which
/// others were reached keeps its links to those; where it has no more, one of them takes its place,
/// and so on down to one from which none was.
template <BulkStore B>
Status ConnectivityRepair<B>::link(NodeId by, NodeId node) {
  std::int32_t lane = -1;
  for (std::uint32_t steps = 0;; ++steps) {
    if (steps > reached_) {
      return {.code = StatusCode::kCorrupt};
    }
    if (const Status status = copy(by); !status.ok()) {
      return status;
    }
    lane = model_.layout.degree - 1;
    while (lane >= 0 && links_[lane] != kNoNode && from(links_[lane]) == by) {
      --lane;
    }
    if (lane >= 0) {
      break;
    }
    by = links_[model_.layout.degree - 1];
  }
  std::byte* page;
  if (const Status status = bulk_.change(model_.layout.page_of(by), &page); !status.ok()) {
    return status;
  }
  const NodeSlot<std::byte> slot = node_slot(page, model_.layout, model_.layout.slot_of(by));
  get_rerank(model_.rerank(), slot.rerank(), model_.dims(), other_);
  slot.neighbors()[lane] = node;
  put_code(model_, vector_, other_, model_.meta.scale, lane,
           slot.at + model_.layout.blocks_offset());
  reach(node, by);
  return {};
}

}  // namespace vecext::graph
