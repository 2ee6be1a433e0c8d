// Probing the lists of a flat graph: a search compares the codes of sketches
// (core/graph/format/sketch_model.h) with the query, gives the nodes nearest by these codes exact
// scores, and puts them on the frontier. In a group of near copies, or among rows that are all
// equally far from each other, no link leads near other rows. A code is found without a link, and
// to compare it costs a hundredth of a distance.
#pragma once

#include <cmath>

#include "core/graph/flat/sketch.h"
#include "core/graph/search/list_probe.h"

namespace vecext {

/// Returns the most nodes that are taken because they are nearest by their sketches. In a graph of
/// few nodes, all are taken, since to score them takes no longer than the fewest visits of a
/// search.
std::int32_t most_by_sketches(const GraphModel& model);

/// Keeps the nearest of the nodes, and some of the others: the nearest in each range of node
/// numbers, and only the nearest of these. Near copies have numbers next to each other, and nearly
/// the same code. So one of them is enough to lead to the rest, and nodes of other groups get
/// scores, too. Returns how many nodes are left; in a graph of few nodes, all are.
std::size_t keep_apart(const GraphModel& model, QueuedNode* nodes, std::size_t count);

/// Returns how many blocks of codes a search compares. It compares the last list to its end, even
/// beyond this number. If there are few blocks, it is all of them.
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
