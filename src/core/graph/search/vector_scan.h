// Compares rerank vectors of given nodes, page after page. A search for the rows of a set does this
// if it is cheaper than a traversal. A search of a graph of few nodes does this with all of them,
// at once or after many visits.
#pragma once

#include <algorithm>

#include "core/base/prefetch_batch.h"
#include "core/graph/format/list_blocks.h"
#include "core/graph/search/graph_visit.h"

namespace vecext {

/// Prefetches a node's row and rerank vector.
template <PageStore S>
void prefetch_rerank(S& store, const NodeLayout& layout, NodeId node) {
  store.prefetch(layout.page_of(node), layout.offset(layout.slot_of(node)),
                 sizeof(NodeHead) + layout.rerank_bytes);
}

/// Compares the given nodes, which are all on one page. Calls visit(slot) for each node that has a
/// row.
template <PageStore S, class Visit>
Status scan_nodes(S& store, const GraphSearch& search, PageId page, const NodeId* nodes,
                  std::size_t count, const Visit& visit) {
  const GraphModel& model = search.model;
  return store.read(page, [&](const std::byte* bytes) -> Status {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t at = model.layout.slot_of(nodes[i]);
      const auto slot = node_slot(bytes, model.layout, at);
      VECEXT_TRY(check_slot(slot, at));
      const RowId row = slot.head()->row;
      if (row == kNoRow) {
        ++search.counts->removed;
        continue;
      }
      visit(slot);
      const ScoreInterval score = rerank_score(model.rerank(), model.metric(), search.query.rerank,
                                               slot.rerank(), model.dims());
      if (!(score.lower > search.found->limit()) && !accept_row(search, row, score)) {
        return out_of_memory();
      }
    }
    return {};
  });
}

inline void visit_nothing(const NodeSlot<const std::byte>&) {}

/// Compares nodes. The nodes of one page must follow each other, in the order of their numbers.
/// Calls visit(slot) for each node that has a row.
template <PageStore S, class Visit>
Status scan_listed(S& store, const GraphSearch& search, const NodeId* nodes, std::size_t count,
                   const Visit& visit) {
  constexpr std::size_t kNodesAhead = 4;
  const NodeLayout& layout = search.model.layout;
  PrefetchBatches ahead(count);
  for (std::size_t first = 0; first < count;) {
    const PageId page = layout.page_of(nodes[first]);
    const NodeId begin = layout.id_of(page, 0);
    const NodeId end = layout.id_of(page + 1, 0);
    std::size_t last = first;
    while (++last < count && nodes[last] >= begin && nodes[last] < end) {
    }
    ahead.reach(last + kNodesAhead,
                [&](std::size_t i) { prefetch_rerank(store, layout, nodes[i]); });
    VECEXT_TRY(scan_nodes(store, search, page, nodes + first, last - first, visit));
    first = last;
    ++search.counts->pages;
    store.poll();
  }
  search.counts->scored += static_cast<std::int64_t>(count);
  return {};
}

/// Compares the nodes whose rerank vectors are kept.
template <PageStore S>
Status scan_kept(S& store, const GraphSearch& search, const KeptVectors& kept) {
  constexpr std::size_t kBetweenPolls = 1024;
  const GraphModel& model = search.model;
  for (std::size_t i = 0; i < kept.count; ++i) {
    if (i % kBetweenPolls == 0) {
      store.poll();
    }
    const auto slot = kept.slot(model.layout, i);
    ScoreInterval score;
    if (rerank_score_within(model.rerank(), model.metric(), search.query.rerank, slot.rerank(),
                            model.dims(), search.found->limit(), &score) &&
        !accept_row(search, slot.head()->row, score)) {
      return out_of_memory();
    }
  }
  search.counts->scored += static_cast<std::int64_t>(kept.count);
  return {};
}

/// Compares the nodes of the set in both graphs: those whose rerank vectors search.set_nodes has
/// kept, or else those that it has found. In the latter case keeps the rerank vectors if
/// search.set_nodes asks for it.
template <PageStore S>
Status scan_set(S& store, const GraphSearch& search) {
  SetNodes& set = *search.set_nodes;
  if (set.kept_vectors() != nullptr) {
    return scan_kept(store, search, *set.kept_vectors());
  }
  const std::size_t count = set.count();
  auto* nodes = search.found->arena().array<NodeId>(count);
  if (nodes == nullptr) {
    return out_of_memory();
  }
  NodeId* listed = nodes;
  set.marks().each([&listed](std::size_t node) { *listed++ = static_cast<NodeId>(node); });
  if (!set.is_to_keep_vectors()) {
    return scan_listed(store, search, nodes, count, visit_nothing);
  }
  KeptNodes kept;
  if (!set.begin_keeping(&kept)) {
    return out_of_memory();
  }
  const Status status =
      scan_listed(store, search, nodes, count,
                  [&kept](const NodeSlot<const std::byte>& slot) { kept.vectors.add(slot); });
  return !status.ok() || set.keep(kept) ? status : out_of_memory();
}

/// Lists the nodes of all lists of a part in nodes[0 .. *count). Takes their numbers from the
/// blocks of codes, since the pages of the nodes need not follow each other.
template <PageStore S>
Status list_nodes(S& store, const GraphSearch& search, Part part, NodeId* nodes,
                  std::size_t* count) {
  NodeId* end = nodes;
  const auto add = [&end](const NodeBlock<const std::byte>& block) {
    end = std::copy_if(block.nodes(), block.nodes() + kBlockLanes, end,
                       [](NodeId node) { return node != kNoNode; });
    return Status{};
  };
  for (std::uint32_t list = 0; list < search.model.lists[part].count; ++list) {
    VECEXT_TRY(each_block(store, search.model, part, list, &search.counts->pages, add));
  }
  *count = static_cast<std::size_t>(end - nodes);
  return {};
}

/// Compares the rerank vectors of all nodes of the part that is searched, which ends the search.
/// The follower's after() is called with each of the nodes.
template <PageStore S, class Follower>
Status compare_all_nodes(S& store, GraphSearch* search, Follower* follower) {
  const NodeLists& lists = search->model.lists[search->part];
  const auto room = static_cast<std::size_t>(lists.end(lists.count - 1)) * kBlockLanes;
  auto* nodes = search->found->arena().array<NodeId>(room);
  if (nodes == nullptr || !search->found->reset(search->limits.ef)) {
    return out_of_memory();
  }
  std::size_t count = 0;
  VECEXT_TRY(list_nodes(store, *search, search->part, nodes, &count));
  VECEXT_TRY(scan_listed(store, *search, nodes, count, visit_nothing));
  search->last_visit = search->within.visits;
  std::for_each(nodes, nodes + count, [follower](NodeId node) { follower->after(node, kNoRow); });
  return {};
}

}  // namespace vecext
