// Checking a graph: every page, every number of a node, and that every node can be reached.
#pragma once

#include <algorithm>

#include "core/graph/graph_model.h"
#include "core/page/finding.h"

namespace vecext {

/// What was seen on the way.
struct GraphSurvey {
  std::int64_t nodes;  // twins included
  std::int64_t twins;
  std::int64_t rows;        // in nodes
  std::int64_t fresh_rows;  // besides
};

/// A bit for each node number that pages could have.
class NodeSet {
 public:
  bool reset(std::size_t nodes, Arena arena);
  bool contains(NodeId node) const { return (words_[node / 64] >> node % 64 & 1) != 0; }
  void add(NodeId node) { words_[node / 64] |= std::uint64_t{1} << node % 64; }
  void remove(NodeId node) { words_[node / 64] &= ~(std::uint64_t{1} << node % 64); }

 private:
  std::uint64_t* words_ = nullptr;
};

/// Is it a page of nodes of one of the graphs?
inline bool is_page_of(const GraphModel& model, Part part, const std::byte* page) {
  return check_page(page, PageKind::kNodes).ok() &&
         page_head(page)->chain == model.meta.parts[part].chain;
}
inline bool is_page_of_graph(const GraphModel& model, const std::byte* page) {
  return is_page_of(model, kMain, page) || is_page_of(model, kYoung, page);
}

/// Checks one page of nodes, in a copy, and shows its rows.
void verify_nodes(const GraphModel& model, PageId at, const std::byte* page,
                  const RowVisitor& visitor, GraphSurvey* survey, Finding* finding);

/// Checks one page of fresh rows, in a copy, and shows its rows.
void verify_fresh(const GraphModel& model, PageId at, const std::byte* page,
                  const RowVisitor& visitor, GraphSurvey* survey, Finding* finding);

/// Counts the nodes that can be reached from the entries by way of neighbours and twins, each of
/// which must be a node of the graph. `pages` is the size of the index.
template <PageStore S>
Status count_reachable(S& store, const GraphModel& model, std::int64_t pages, Arena arena,
                       std::int64_t* reachable, Finding* finding) {
  const std::size_t most =
      static_cast<std::size_t>(pages) * static_cast<std::size_t>(model.layout.slots);
  NodeSet seen;
  auto* queue = arena.array<NodeId>(static_cast<std::size_t>(model.nodes()) + 1);
  if (queue == nullptr || !seen.reset(most, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  std::size_t end = 0;
  const auto reach = [&](NodeId node) {
    // One more than there are is a node that is none.
    if (node != kNoNode && node < most && end <= model.nodes() && !seen.contains(node)) {
      seen.add(node);
      queue[end++] = node;
    }
  };
  for (const EntryTable& entries : model.entries) {
    std::for_each(entries.nodes, entries.nodes + entries.block_count * kBlockLanes, reach);
  }
  for (std::size_t i = 0; i < end; ++i) {
    const PageId at = model.layout.page_of(queue[i]);
    const Status status = store.read(at, [&](const std::byte* page) -> Status {
      const auto slot = node_slot(page, model.layout, model.layout.slot_of(queue[i]));
      if (!is_page_of_graph(model, page) || slot.head()->mark != kNodeMark) {
        *finding = {"a node that is named and is none", at};
        return {};
      }
      reach(slot.head()->twin);
      for (std::int32_t j = 0; j < model.layout.degree; ++j) {
        reach(slot.neighbours()[j]);
      }
      return {};
    });
    if (!status.ok() || finding->what != nullptr) {
      return status;
    }
    store.poll();
  }
  *reachable = static_cast<std::int64_t>(end);
  return {};
}

/// Reads a page into `copy`.
template <PageStore S>
Status copy_page(S& store, PageId page, std::byte* copy) {
  return store.read(page, [copy](const std::byte* bytes) {
    __builtin_memcpy(copy, bytes, kPageSize);
    return Status{};
  });
}

/// Checks what `model`, just loaded, says against the pages. `pages` is the size of the index: a
/// chain longer than that goes in a circle.
template <PageStore S>
Status verify_graph(S& store, const GraphModel& model, std::int64_t pages,
                    const RowVisitor& visitor, Arena arena, GraphSurvey* survey, Finding* finding) {
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  *survey = {};
  const GraphMeta& meta = model.meta;
  for (PageId page = 0; page < static_cast<PageId>(pages) && finding->what == nullptr; ++page) {
    if (const Status status = copy_page(store, page, copy); !status.ok()) {
      return status;
    }
    if (is_page_of_graph(model, copy)) {
      verify_nodes(model, page, copy, visitor, survey, finding);
    }
    store.poll();
  }
  if (finding->what == nullptr && survey->nodes != model.nodes()) {
    *finding = {"there are not as many nodes as there should be", kNoPage};
  }
  std::int64_t fresh_pages = 0;
  for (PageId page = meta.fresh; page != kNoPage && finding->what == nullptr;) {
    const PageId at = page;
    if (++fresh_pages > pages || !copy_page(store, at, copy).ok()) {
      *finding = {"the chain of fresh rows goes in a circle, or out of the index", at};
      return {};
    }
    verify_fresh(model, at, copy, visitor, survey, finding);
    page = page_head(copy)->next;
    store.poll();
  }
  if (finding->what != nullptr) {
    return {};
  }
  std::int64_t reachable = 0;
  const Status status = count_reachable(store, model, pages, arena, &reachable, finding);
  if (status.ok() && finding->what == nullptr && reachable != survey->nodes) {
    *finding = {"not every node can be reached from the entry points", kNoPage};
  }
  return status;
}

}  // namespace vecext
