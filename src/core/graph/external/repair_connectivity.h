// Makes a path from the entries to every node of a graph in pages (construct/connectivity.h).
#pragma once

#include "core/graph/construct/connectivity.h"
#include "core/graph/format/graph_write.h"
#include "core/kernel/kernel.h"

namespace vecext::graph {

/// The nodes of a graph in pages for Connectivity, as its argument `Nodes`.
template <BulkStore B>
class PageNodes {
 public:
  PageNodes(B& bulk, const GraphModel& model, const NodePages& pages)
      : bulk_(bulk), model_(model), pages_(pages) {}

  /// Reserves memory for the nodes on `count` pages. Returns false if memory runs out.
  bool reserve(Arena arena, std::uint32_t count);

  NodeId& from(NodeId node) {
    return from_[index_[model_.layout.page_of(node)] * static_cast<std::uint32_t>(pages_.slots) +
                 static_cast<std::uint32_t>(model_.layout.slot_of(node))];
  }
  template <class Visit>
  Status visit_links(NodeId node, const Visit& visit) {
    return read_slot(node, [&](const Slot& slot) { visit(slot.neighbors()); });
  }
  Status aim_at(NodeId node) {
    return read_slot(node, [&](const Slot& slot) { get(slot, vector_); });
  }
  Status measure(NodeId node, float* distance) {
    const Status status = read_slot(node, [&](const Slot& slot) { get(slot, other_); });
    *distance =
        kernel::active().f32.l2_squared(vector_, other_, static_cast<std::size_t>(model_.dims()));
    return status;
  }
  Status replace_link(NodeId by, std::int32_t lane, NodeId node);

 private:
  using Slot = NodeSlot<const std::byte>;

  /// Calls visit(slot) for a node. Returns kCorrupt unless all links of the slot lead to nodes: a
  /// fault of the disk may have changed the page since it was written.
  template <class Visit>
  Status read_slot(NodeId node, const Visit& visit) {
    return bulk_.read(model_.layout.page_of(node), [&](const std::byte* page) -> Status {
      const auto slot = node_slot(page, model_.layout, model_.layout.slot_of(node));
      const NodeId* end = slot.neighbors() + model_.layout.degree;
      const auto is_wrong = [this](NodeId id) { return id != kNoNode && !is_node(id); };
      if (slot.head()->mark != kNodeMark || std::any_of(slot.neighbors(), end, is_wrong)) {
        return corrupt();
      }
      visit(slot);
      return {};
    });
  }
  bool is_node(NodeId node) const {
    const PageId page = model_.layout.page_of(node);
    return page < index_size_ && index_[page] < count_;
  }
  template <class AnySlot>
  void get(const AnySlot& slot, float* vector) const {
    get_rerank(model_.rerank(), slot.rerank(), model_.dims(), vector);
  }

  B& bulk_;
  const GraphModel& model_;
  const NodePages pages_;
  std::uint32_t count_ = 0;
  std::uint32_t index_size_ = 0;
  std::uint32_t* index_ = nullptr;  // by page: its place in pages_
  NodeId* from_ = nullptr;          // by place in pages_
  float* vector_ = nullptr;         // vector of the node aimed at
  float* other_ = nullptr;
};

template <BulkStore B>
bool PageNodes<B>::reserve(Arena arena, std::uint32_t count) {
  count_ = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    index_size_ = std::max(index_size_, pages_.page[i] + 1);
  }
  const auto slots = static_cast<std::size_t>(pages_.slots);
  const auto dims = static_cast<std::size_t>(model_.dims());
  index_ = arena.array<std::uint32_t>(index_size_);
  from_ = arena.array<NodeId>(count * slots);
  vector_ = arena.array<float>(dims);
  other_ = arena.array<float>(dims);
  if (index_ == nullptr || from_ == nullptr || vector_ == nullptr || other_ == nullptr) {
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
Status PageNodes<B>::replace_link(NodeId by, std::int32_t lane, NodeId node) {
  std::byte* page;
  VECEXT_TRY(bulk_.change(model_.layout.page_of(by), &page));
  const NodeSlot<std::byte> slot = node_slot(page, model_.layout, model_.layout.slot_of(by));
  get(slot, other_);
  slot.neighbors()[lane] = node;
  put_code(model_, vector_, {other_, link_scale(*slot.head(), model_.meta.scale)}, lane,
           slot.at + model_.layout.blocks_offset());
  return {};
}

template <BulkStore B>
class ConnectivityRepair {
 public:
  ConnectivityRepair(B& bulk, const GraphModel& model, const NodePages& pages,
                     const ParallelOptions& parallel)
      : bulk_(bulk),
        model_(model),
        pages_(pages),
        parallel_(parallel),
        nodes_(bulk, model, pages),
        connectivity_(&nodes_, model.layout.degree, parallel) {}

  /// Reserves memory for the nodes on `count` pages. Returns false if memory runs out.
  bool reserve(Arena arena, std::uint32_t count) {
    count_ = count;
    return nodes_.reserve(arena, count) &&
           connectivity_.reserve(arena, count * static_cast<std::size_t>(pages_.slots));
  }

  /// Replaces links until all nodes except for duplicates can be reached from the entries.
  Status connect(const EntryPoints& entries);

 private:
  static constexpr std::uint32_t kBetweenPolls = 4096;  // pages

  Status find_unreached(PageId page, NodeId* nodes, std::int32_t* count);

  B& bulk_;
  const GraphModel& model_;
  const NodePages pages_;
  const ParallelOptions& parallel_;
  PageNodes<B> nodes_;
  Connectivity<PageNodes<B>> connectivity_;
  std::uint32_t count_ = 0;
};

template <BulkStore B>
Status ConnectivityRepair<B>::connect(const EntryPoints& entries) {
  Status status = connectivity_.start(entries.id, entries.count);
  for (std::uint32_t i = 0; i < count_ && status.ok(); ++i) {
    NodeId unreached[kPageSize / sizeof(NodeHead)];
    std::int32_t n = 0;
    status = find_unreached(pages_.page[i], unreached, &n);
    for (std::int32_t j = 0; j < n && status.ok(); ++j) {
      status = connectivity_.connect(unreached[j]);
    }
    if (i % kBetweenPolls == 0 && stopped(parallel_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  return status;
}

/// Sets `nodes` to the *count nodes of a page that cannot be reached yet. Duplicates are left out.
template <BulkStore B>
Status ConnectivityRepair<B>::find_unreached(PageId page, NodeId* nodes, std::int32_t* count) {
  return bulk_.read(page, [&](const std::byte* bytes) -> Status {
    if (!check_node_page(bytes, model_.layout).ok()) {
      return corrupt();
    }
    for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
      const NodeId node = model_.layout.id_of(page, i);
      if ((node_slot(bytes, model_.layout, i).head()->flags & kIsDuplicate) == 0 &&
          nodes_.from(node) == kNoNode) {
        nodes[(*count)++] = node;
      }
    }
    return {};
  });
}

}  // namespace vecext::graph
