// Probing the lists of a flat graph: the codes of sketches (core/graph/format/sketch_model.h) are
// compared, and the nodes that are nearest by these codes get exact scores and wait to be visited.
// In a group of near copies, or of rows that are all as far from each other, no link leads near
// other rows; a code needs no link that leads to it, and costs a hundredth of a distance.
#pragma once

#include <cmath>

#include "core/graph/flat/sketch.h"
#include "core/graph/search/list_probe.h"

namespace vecext {

/// Returns the most nodes that are taken because they are nearest by their sketches. In a graph of
/// few nodes it is all of them, whose scores take no longer than the fewest visits of a search.
std::int32_t most_by_sketches(const GraphModel& model);

/// Keeps the nearest of the nodes. Among the others it keeps only the nearest in each range of
/// some node numbers, and only the nearest of those. Near copies have numbers next to each other,
/// and nearly the same code: one of them leads to the rest, and other groups get scores, too.
/// Returns how many nodes are left; in a graph of few nodes, all are.
std::size_t keep_apart(const GraphModel& model, QueuedNode* nodes, std::size_t count);

/// Returns how many blocks of codes a search compares, besides the rest of the last list; all
/// blocks if there are few.
std::uint32_t most_sketch_blocks(const GraphModel& model);

/// Finds the nodes nearest to the query of a search by their sketches. Sets *nodes to *count nodes,
/// which are valid until the frontier's next scratch(). `lists` is the model of the sketches.
template <PageStore S>
Status find_by_sketches(S& store, const GraphModel& lists, const GraphSearch& search,
                        QueuedNode** nodes, std::size_t* count) {
  constexpr float kNoLimit = std::numeric_limits<float>::infinity();
  ProbedNodes probed(most_by_sketches(lists), kNoLimit, search.frontier);
  if (!probed.has_memory()) {
    return out_of_memory();
  }
  const NodeLists& directory = lists.lists[kMain];
  const std::uint32_t most = most_sketch_blocks(lists);
  if (directory.end(directory.count - 1) <= most) {
    VECEXT_TRY(probe_each(store, search, kMain, &probed));
  } else {
    NearLists near;
    near.find(lists, search.query, kMain, most_probed_lists(lists, kMain, most));
    VECEXT_TRY(probe_some(store, search, kMain, near, most, &probed));
  }
  *nodes = probed.nearest(count);
  *count = keep_apart(lists, *nodes, *count);
  return {};
}

}  // namespace vecext
