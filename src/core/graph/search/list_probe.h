// Probing lists within a search of a graph: the search compares the codes of the nodes in the
// nearest lists, and the nearest of these nodes wait to be visited, as neighbors of visited nodes
// do. To compare a code in a list costs a small part of what it costs beside a node. It needs no
// link that leads to the node: in groups of near copies, links lead only to nodes of the same
// group.
//
// To compare all nodes by their codes costs as much as some number of visits. A search that has
// made as many visits as that probes all lists, and ends a few times as many visits later. If a
// query is far from all rows, every node is within the limit of its search, which would otherwise
// visit all nodes.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/graph/format/list_blocks.h"
#include "core/graph/search/graph_visit.h"
#include "core/graph/search/near_lists.h"
#include "core/graph/search/vector_scan.h"

namespace vecext {

/// How many visits a search makes before it probes lists: most searches of easy data end earlier.
inline constexpr std::int32_t kVisitsBeforeProbe = 64;

/// A search with a smaller ef does not probe lists, as the probe would take longer than the visits
/// that it saves.
inline constexpr std::int32_t kLeastEfOfProbe = 64;

/// If a search for a recall would end before it probes lists, it probes some lists first. It then
/// compares this share of the blocks that it would have compared later, and makes at least this
/// many visits. Few links lead to an outlier, as links from nodes in the middle of many others
/// leave it out.
inline constexpr double kShareBeforeEnd = 0.06;
inline constexpr std::int32_t kFewestVisitsBeforeProbe = 40;

/// For wide lists: how many visits a search for the ef nearest makes before it probes lists, and
/// the least ef with which it does.
inline constexpr std::int32_t kVisitsBeforeProbeOfWide = 32;
inline constexpr std::int32_t kLeastEfOfProbeOfWide = 40;

/// Returns the visits after which a search probes lists, or 0 if it does not. Unless lists are
/// wide, a search for the ef nearest does not probe if trials found that searches for a recall need
/// hardly any slack. A search for a recall probes wide lists before it may end.
std::int32_t visits_before_probe(const GraphModel& model, const GraphLimits& limits, Part part);

/// Returns the most blocks of codes that a search compares. It compares the last list to its end,
/// even beyond this number.
std::uint32_t most_probed_blocks(const GraphModel& model, const GraphLimits& limits, Part part);

/// Returns how many lists have `blocks` blocks or more together. It is at most NearLists::kMost.
std::int32_t most_probed_lists(const GraphModel& model, Part part, std::uint32_t blocks);

/// Returns the most nodes that wait after a probe of the nearest lists. It is greater if lists are
/// wide, since the nearest nodes may then all be copies of each other.
std::int32_t most_waiting_of_near(const GraphModel& model, const GraphLimits& limits, Part part);

/// Returns the most nodes that wait after a probe of all lists.
std::int32_t most_waiting_of_all(const GraphModel& model, Part part, std::int32_t ef);

/// Returns how many visits a search makes at most after it has probed all lists.
std::int32_t visits_after_all_lists(const GraphModel& model, Part part, std::int32_t ef);

/// True if there are so few nodes that comparing the rerank vectors of all takes no longer than the
/// visits after a probe of all lists. The search then compares them instead, which misses nothing
/// even if codes cannot tell rows apart.
bool are_fewer_than_last_visits(const GraphModel& model, Part part, std::int32_t ef);

/// True if comparing the rerank vectors of all nodes takes no longer than the fewest visits of a
/// search; the search then does that instead. It is so for fewer than kFewestNodesOfWalk nodes, or
/// for at most some twenty nodes for each of the ef.
bool are_fewer_than_visits(const GraphModel& model, const GraphLimits& limits, Part part);

/// Returns the visits after which a search for the ef nearest probes all lists. These visits cost
/// as much as probing all lists and reading the nodes that may then be near. A search that is not
/// hard ends earlier. Returns infinity if the model has no lists.
double visits_before_all_lists(const GraphModel& model, Part part, std::int32_t ef);

/// Returns about the most visits of a search that probes all lists.
std::int64_t most_list_visits(const GraphModel& model, Part part, std::int32_t ef);

/// If lists are wide, nodes wait by lower bounds instead of estimates. The width of these bounds is
/// this part of the usual width (0.8 standard deviations of an estimate). The nodes of a group of
/// near copies have nearly the same code, so that the estimates of all of them are wrong alike.
inline constexpr float kProbedWidth = 0.5F;

/// Returns the slack of a search of a part, or 0 if the search has an ef. If lists are wide, the
/// slack is at least kLeastSlackOfWide: trials between rows need hardly any slack, as the groups of
/// these rows are near, and say nothing of queries far from all groups. The greater slack costs a
/// search near a group hardly more visits.
inline constexpr float kLeastSlackOfWide = 0.15F;
inline float slack_of_part(const GraphModel& model, const GraphLimits& limits, Part part) {
  const float slack = limits.slack[part];
  return slack > 0 && model.lists[part].are_wide ? std::max(slack, kLeastSlackOfWide) : slack;
}

/// The nearest nodes of the lists probed.
class ProbedNodes {
 public:
  /// Keeps the `most` nearest nodes, in the frontier's scratch(). Nodes beyond `limit` are not
  /// wanted.
  ProbedNodes(std::int32_t most, float limit, Frontier* frontier)
      : most_(most), limit_(limit), frontier_(*frontier), nodes_(frontier->scratch(room())) {}

  bool has_memory() const { return nodes_ != nullptr; }

  /// Compares the nodes of a block, and keeps those that may be among the nearest.
  void add(const GraphModel& model, const GraphQuery& query, const kernel::EstimateTerms& terms,
           const NodeBlock<const std::byte>& block);

  /// Adds the nodes kept to the frontier, where they wait. Returns false if memory runs out.
  bool push_to_frontier();

  /// Returns the nodes kept, in any order, and sets *count to their number.
  QueuedNode* nearest(std::size_t* count) {
    keep();
    *count = count_;
    return nodes_;
  }

 private:
  std::size_t room() const { return 2 * static_cast<std::size_t>(most_) + kBlockLanes; }
  void keep();

  const std::int32_t most_;
  float limit_;
  Frontier& frontier_;
  std::size_t count_ = 0;
  QueuedNode* const nodes_;
};

/// Compares the nodes of a list, and prefetches the next list, `next`.
template <PageStore S>
Status probe_list(S& store, const GraphSearch& search, Part part, const NearList& list,
                  ListAhead<S> next, ProbedNodes* probed) {
  const float width = search.model.lists[part].are_wide ? kProbedWidth : 0;
  const kernel::EstimateTerms terms = list_terms(search.model, search.query, part, list, width);
  search.counts->scored += search.model.lists[part].blocks_of(list.list) * kBlockLanes;
  const auto add = [&](const NodeBlock<const std::byte>& block) {
    next.go_on();
    probed->add(search.model, search.query, terms, block);
    return Status{};
  };
  return each_block(store, search.model, part, list.list, &search.counts->pages, add);
}

/// Compares the nodes of lists, nearest list first, until the lists have had `most_blocks` blocks.
template <PageStore S>
Status probe_some(S& store, const GraphSearch& search, Part part, const NearLists& near,
                  std::uint32_t most_blocks, ProbedNodes* probed) {
  std::uint32_t blocks = 0;
  for (std::int32_t i = 0; i < near.count() && blocks < most_blocks; ++i) {
    const std::uint32_t of_list = search.model.lists[part].blocks_of(near[i].list);
    const ListAhead<S> next =
        i + 1 < near.count() ? ListAhead<S>(store, search.model, part, near[i + 1].list, of_list)
                             : ListAhead<S>(store, search.model, part);
    VECEXT_TRY(probe_list(store, search, part, near[i], next, probed));
    blocks += of_list;
  }
  return {};
}

/// Compares the nodes of all lists.
template <PageStore S>
Status probe_each(S& store, const GraphSearch& search, Part part, ProbedNodes* probed) {
  const GraphModel& model = search.model;
  for (std::uint32_t list = 0; list < model.lists[part].count; ++list) {
    const ListAhead<S> next =
        list + 1 < model.lists[part].count
            ? ListAhead<S>(store, model, part, list + 1, model.lists[part].blocks_of(list))
            : ListAhead<S>(store, model, part);
    const NearList at{center_score(model, search.query, part, list), list};
    VECEXT_TRY(probe_list(store, search, part, at, next, probed));
  }
  return {};
}

/// Probes the nearest lists, until they have had `most_blocks` blocks. If the query is far from
/// wide lists, only makes the search probe all lists next.
template <PageStore S>
Status probe_near_lists(S& store, std::uint32_t most_blocks, GraphSearch* search) {
  const GraphModel& model = search->model;
  const Part part = search->part;
  NearLists near;
  near.find(model, search->query, part, most_probed_lists(model, part, most_blocks));
  const bool are_wide = model.lists[part].are_wide;
  if (are_wide && near.count() > 0 && is_far(model, search->query, part, near[0])) {
    search->probes.all_after = 0;
    return {};
  }
  search->corrects = are_wide;
  ProbedNodes probed(most_waiting_of_near(model, search->limits, part), search->limit(),
                     search->frontier);
  if (!probed.has_memory()) {
    return out_of_memory();
  }
  VECEXT_TRY(probe_some(store, *search, part, near, most_blocks, &probed));
  return probed.push_to_frontier() ? Status{} : out_of_memory();
}

/// Probes all lists, and makes sure that the search ends some visits later.
template <PageStore S>
Status probe_all_lists(S& store, GraphSearch* search) {
  const GraphModel& model = search->model;
  const Part part = search->part;
  search->corrects = true;
  search->last_visit =
      search->within.visits + visits_after_all_lists(model, part, search->limits.ef);
  // Nodes that have lost their row may be among the nearest. If many were visited, there may be
  // others.
  constexpr std::int64_t kForRemoved = 2;
  const std::int64_t removed =
      std::min<std::int64_t>(kForRemoved * search->counts->removed, model.nodes());
  ProbedNodes probed(
      most_waiting_of_all(model, part, search->limits.ef) + static_cast<std::int32_t>(removed),
      search->limit(), search->frontier);
  if (!probed.has_memory()) {
    return out_of_memory();
  }
  VECEXT_TRY(probe_each(store, *search, part, &probed));
  return probed.push_to_frontier() ? Status{} : out_of_memory();
}

/// Sets when a search of a part probes lists. A search for the rows of a set does not probe.
inline void prepare_probes(Part part, GraphSearch* search) {
  const bool is_of_set = search->limits.filter.has_set();
  const bool has_lists = search->model.lists[part].count > 0;
  search->part = part;
  search->corrects = false;
  search->last_visit = std::numeric_limits<std::int32_t>::max();
  search->fewest_visits = search->limits.fewest_visits;
  search->probes = {};
  if (is_of_set || !has_lists) {
    return;
  }
  ProbePlan& probes = search->probes;
  probes.near_after = visits_before_probe(search->model, search->limits, part);
  probes.before_end = search->fewest_visits > 0 && probes.near_after > 0;
  probes.all_after = visits_before_all_lists(search->model, part, search->limits.ef);
  if (probes.near_after > search->fewest_visits && probes.before_end) {
    search->fewest_visits = kFewestVisitsBeforeProbe;
  }
}

/// Probes the nearest lists or all lists if the search has made enough visits for that.
template <PageStore S, class Follower>
Status probe_lists(S& store, GraphSearch* search, Follower* follower) {
  if (search->probes.near_after > 0 && search->within.visits >= search->probes.near_after) {
    search->probes.near_after = 0;
    search->probes.before_end = false;
    VECEXT_TRY(probe_near_lists(
        store, most_probed_blocks(search->model, search->limits, search->part), search));
  }
  if (search->within.visits >= search->probes.all_after && search->found->full()) {
    search->probes.all_after = HUGE_VAL;
    VECEXT_TRY(are_fewer_than_last_visits(search->model, search->part, search->limits.ef)
                   ? compare_all_nodes(store, search, follower)
                   : probe_all_lists(store, search));
  }
  return {};
}

/// Probes lists before the end of a search that has not probed yet. Unless the lists are wide, it
/// probes only a few.
template <PageStore S>
Status probe_before_end(S& store, GraphSearch* search) {
  search->probes.before_end = false;
  const std::uint32_t blocks = most_probed_blocks(search->model, search->limits, search->part);
  if (search->model.lists[search->part].are_wide) {
    search->probes.near_after = 0;
    return probe_near_lists(store, blocks, search);
  }
  return probe_near_lists(store, static_cast<std::uint32_t>(kShareBeforeEnd * blocks) + 1, search);
}

}  // namespace vecext
