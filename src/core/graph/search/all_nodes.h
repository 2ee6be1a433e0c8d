// Comparing the rerank vectors of all nodes, in a search of few nodes that codes do not help.
#pragma once

#include <algorithm>

#include "core/graph/search/list_blocks.h"
#include "core/graph/search/vector_scan.h"

namespace vecext {

/// Sets nodes[0 .. *count) to the nodes of the lists of a part: the blocks of codes have their
/// numbers, and the pages of the nodes need not follow each other.
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
    if (const Status status = each_block(store, search, part, list, add); !status.ok()) {
      return status;
    }
  }
  *count = static_cast<std::size_t>(end - nodes);
  return {};
}

/// Compares the rerank vectors of all nodes of the part searched, which ends the search. The
/// follower sees each of them.
template <PageStore S, class Follower>
Status compare_all_nodes(S& store, GraphSearch* search, Follower* follower) {
  const NodeLists& lists = search->model.lists[search->part];
  const auto room = static_cast<std::size_t>(lists.end(lists.count - 1)) * kBlockLanes;
  auto* nodes = search->found->arena().array<NodeId>(room);
  if (nodes == nullptr || !search->found->reset(search->limits.ef)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  std::size_t count = 0;
  Status status = list_nodes(store, *search, search->part, nodes, &count);
  if (status.ok()) {
    status = scan_listed(store, *search, nodes, count);
  }
  if (status.ok()) {
    search->last_visit = search->within.visits;
    std::for_each(nodes, nodes + count, [follower](NodeId node) { follower->after(node); });
  }
  return status;
}

}  // namespace vecext
