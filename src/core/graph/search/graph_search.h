// Searching a graph: best first, from the entry points nearest by their codes. A visit to a node
// reads its slot, which has the codes of all its neighbors: one page a visit (SymphonyQG, Gou et
// al. 2024, arXiv 2411.12229; the stop rule and the mean of estimates are described in README.md).
//
// Nodes wait in the order of their mean estimates, which visited nodes have given. The search stops
// when no waiting node is nearer than the farthest of the ef nearest nodes visited. The scores of
// visited nodes are by rerank vectors. filtered_traversal.h says how a search for the rows of a set
// differs.
#pragma once

#include "core/graph/search/pending_scan.h"
#include "core/graph/search/next_nodes.h"
#include "core/graph/search/filtered_code_scan.h"
#include "core/graph/search/list_probe.h"

namespace vecext {

/// The number of entry points that a search starts from. The search leaves out nodes that lie
/// farther than the starts; with fewer starts, that costs more visits than it saves (measured).
inline constexpr std::int32_t kStarts = 8;

/// Estimates all entry points of a graph, in the order of its table.
void score_entries(const GraphModel& model, Part part, const GraphQuery& query,
                   ScoredEntries* entries);

/// Puts entry points into the frontier: all whose codes say nothing (codec.h), and the `wanted`
/// nearest of the others. Sets *far to the estimate of the farthest of these nearest, or to
/// infinity if they are all entry points. The order of the entries is lost. Returns false if memory
/// runs out.
bool start_at_entries(ScoredEntries* entries, std::int32_t wanted, Frontier* frontier, float* far);

/// Sorts the entries, nearest first.
void sort_entries(ScoredEntries* entries);

/// True if the search is for a set, and a scan of the set is estimated to be cheaper than its
/// traversal.
inline bool is_too_expensive(const GraphSearch& search) {
  return search.set != nullptr && search.set->is_too_expensive();
}

/// A follower of a search. The search calls before() before each visit, and after() with the node's
/// row after it, and ends if is_done(). For a node that is compared without a visit it calls only
/// after(), with kNoRow. This follower does nothing.
struct Unfollowed {
  template <class Search>
  void before(const Search&, const QueuedNode&) {}
  void after(NodeId, RowId) {}
  bool is_done() const { return false; }
};

/// Adds the neighbors of a node that are within the limit to the frontier. For neighbors beyond the
/// limit, the estimates only correct those of nodes that were seen.
inline void push_or_correct(const Visit& visit, float limit, Frontier* frontier) {
  for (std::int32_t i = 0; i < visit.count; ++i) {
    visit.estimates[i] > limit
        ? frontier->correct(visit.neighbors[i], visit.estimates[i], visit.magnitude)
        : frontier->push(visit.neighbors[i], visit.estimates[i], visit.magnitude);
  }
}

/// Takes the next node. If no node waits within the limit, the search first probes the nearest
/// lists, or all lists if the query is far from them, and then tries again. If it still finds no
/// node, *taken is false. A search that has no limit yet does not probe, as it starts again from
/// all entries instead.
template <PageStore S, class Follower>
Status pop_next(S& store, NextNodes<S>* next, GraphSearch* search, Follower* follower,
                QueuedNode* node, bool* taken) {
  *taken = next->pop(node);
  if (*taken || !search->probes.before_end || !search->has_limit()) [[likely]] {
    return {};
  }
  Status status = probe_before_end(store, search);
  if (status.ok()) {
    status = probe_lists(store, search, follower);
  }
  *taken = status.ok() && search->within.visits < search->last_visit && next->pop(node);
  return status;
}

/// Visits ef nodes, nearest first, and then the nodes that are nearer than the ef nearest rows
/// found, or, with slack, not much farther. (It counts visits besides rows, as rows of one node are
/// equally near: if many of them ended the search, it would see only their neighbors.) Until it has
/// ef of both, it leaves out neighbors whose estimates are beyond search->far.
template <PageStore S, class Follower>
Status walk_graph(S& store, GraphSearch* search, Follower* follower) {
  Frontier* frontier = search->frontier;
  NextNodes<S> next(store, *search);
  const auto prefetch_next = [&next] { next.prefetch(); };
  QueuedNode node;
  while (!stop_if_spent(search->limits, search->counts) && !is_too_expensive(*search) &&
         search->within.visits < search->last_visit && !follower->is_done()) {
    bool taken;
    Status status = pop_next(store, &next, search, follower, &node, &taken);
    if (!taken) {
      return status;
    }
    follower->before(*search, node);
    search->within.count_visit();
    Visit visit;
    status = visit_node(store, *search, node.node, prefetch_next, &visit);
    std::int64_t duplicates = 0;
    if (status.ok() && visit.head.duplicate != kNoNode) [[unlikely]] {
      status = visit_duplicates(store, *search, visit, &duplicates);
    }
    if (status.ok() && !frontier->reserve(visit.count)) {
      status = out_of_memory();
    }
    if (!status.ok()) {
      return status;
    }
    if (visit.head.row == kNoRow && duplicates == 0) [[unlikely]] {
      ++search->counts->removed;
      search->within.uncount_visit();
    }
    follower->after(node.node, visit.head.row);
    ++search->counts->nodes;
    ++search->counts->pages;
    search->counts->scored += search->model.meta.degree;
    if (search->set != nullptr) {
      search->set->note_visit((visit.score.lower + visit.score.upper) / 2);
      search->set->push(visit.neighbors, visit.estimates, visit.count, visit.magnitude, frontier);
    } else if (!search->corrects) [[likely]] {
      for (std::int32_t i = 0; i < visit.count; ++i) {
        frontier->push(visit.neighbors[i], visit.estimates[i], visit.magnitude);
      }
    } else {
      push_or_correct(visit, search->limit(), frontier);
    }
    if (status = probe_lists(store, search, follower); !status.ok()) {
      return status;
    }
    store.poll();
  }
  return {};
}

template <PageStore S>
Status walk_graph(S& store, GraphSearch* search) {
  Unfollowed nobody;
  return walk_graph(store, search, &nobody);
}

/// Searches a graph for the ef nearest of its rows, or for a recall, without a set.
template <PageStore S, class Follower>
Status search_all(S& store, Part part, ScoredEntries* entries, GraphSearch* search,
                  Follower* follower) {
  // Nodes farther than the farthest of the few nearest entries are of no use, unless the path to
  // the ef nearest rows leads over them. If it does, the search does not find ef rows, and starts
  // again, without that limit and from all entries.
  for (const std::int32_t starts : {kStarts, kMaxEntries}) {
    if (starts == kStarts && search->limits.ef >= search->limits.most_nodes) {
      continue;  // the search visits as many nodes as allowed, whatever they are
    }
    search->within.start(slack_of_part(search->model, search->limits, part));
    prepare_probes(part, search);
    if (!search->found->reset(search->limits.ef) || !search->frontier->reset() ||
        !start_at_entries(entries, starts, search->frontier, &search->far)) {
      return out_of_memory();
    }
    VECEXT_TRY(walk_graph(store, search, follower));
    if (search->has_limit() || search->counts->stopped) {
      return {};
    }
  }
  return {};
}

/// Searches a graph for the nearest of its rows that are in a set and not beyond `ceiling`. If
/// search->reads_whole_set is set afterwards, the caller must discard the rows found and scan the
/// whole set.
template <PageStore S>
Status search_set(S& store, Part part, float ceiling, ScoredEntries* entries, GraphSearch* search) {
  FilteredTraversal set(search->model, part, search->limits.filter, search->limits.ef, ceiling,
                        search->set_nodes);
  search->reads_whole_set = set.is_too_expensive();
  if (search->reads_whole_set) {
    return {};
  }
  sort_entries(entries);
  if (!search->found->reset(search->limits.ef) || !search->frontier->reset() ||
      !set.start(entries, search->found->arena(), search->frontier)) {
    return out_of_memory();
  }
  search->set = &set;
  Status status = walk_graph(store, search);
  const bool is_enough = search->found->full() || ceiling < search->found->limit();
  if (status.ok() && !is_enough && !search->counts->stopped && !set.is_too_expensive()) {
    status = set.go_on(search->frontier) ? walk_graph(store, search) : out_of_memory();
  }
  search->reads_whole_set = set.is_too_expensive();
  search->set = nullptr;
  return status;
}

/// Searches one of the two graphs, with or without a set.
template <PageStore S, class Follower>
Status search_part(S& store, Part part, float ceiling, GraphSearch* search, Follower* follower) {
  if (!search->limits.filter.has_set() &&
      are_fewer_than_visits(search->model, search->limits, part)) {
    search->part = part;
    return compare_all_nodes(store, search, follower);
  }
  ScoredEntries entries;
  score_entries(search->model, part, search->query, &entries);
  return search->limits.filter.has_set() && search->model.rows.row != nullptr
             ? search_set(store, part, ceiling, &entries, search)
             : search_all(store, part, &entries, search, follower);
}

/// Searches the delta graph after the main graph, and adds its rows to those found. It has a limit
/// of its own, since the path to its nearest rows leads over nodes that are farther than the rows
/// found in the main graph.
template <PageStore S>
Status search_delta(S& store, GraphSearch* search) {
  Candidates* found = search->found;
  Candidates delta(found->arena());
  search->found = &delta;
  Unfollowed nobody;
  const Status status = search_part(store, kDelta, found->limit(), search, &nobody);
  search->found = found;
  if (!status.ok() || search->reads_whole_set) {
    return status;
  }
  std::int64_t count;
  const Candidate* rows = delta.sorted(&count);
  for (std::int64_t i = 0; i < count && rows[i].bound <= found->limit(); ++i) {
    if (!found->add(rows[i].bound, rows[i].upper, rows[i].row)) {
      return out_of_memory();
    }
  }
  return {};
}

/// Searches both graphs by their links. The follower sees only the search of the main graph.
template <PageStore S, class Follower>
Status walk_graphs(S& store, GraphSearch* search, Follower* follower) {
  const Status status =
      search_part(store, kMain, std::numeric_limits<float>::infinity(), search, follower);
  return status.ok() && search->model.meta.parts[kDelta].chain != 0 && !search->counts->stopped &&
                 !search->reads_whole_set
             ? search_delta(store, search)
             : status;
}

/// Compares all rows of the set: by their vectors if there are at most ef, or if that is cheaper;
/// otherwise by their codes first.
template <PageStore S>
Status look_at_set(S& store, const GraphSearch& search) {
  // With a k as large as this, few of the rows wanted are missed. A greater ef makes k greater, and
  // even fewer are missed.
  constexpr std::int32_t kOfView = 4;
  const std::int32_t k = std::max(search.limits.wanted, search.limits.ef / kOfView);
  SetNodes& nodes = *search.set_nodes;
  if (!nodes.has_kept() && !nodes.find()) {
    return out_of_memory();
  }
  const bool is_in_view = nodes.count() <= static_cast<std::size_t>(search.limits.ef);
  const bool scans_codes = nodes.is_code_scan_better() && !is_in_view;
  if (!scans_codes && nodes.kept_vectors() == nullptr && !nodes.find()) {
    return out_of_memory();
  }
  // A new row of the set may have the id of a removed row, whose node then counts as a node of the
  // set, too. If more such nodes are near than there is room for, they keep nearer rows out.
  constexpr std::int64_t kLeastRoom = 256;
  std::int64_t removed = 0;
  std::int64_t room = 0;
  do {
    room = removed > 0 ? std::max(4 * removed, kLeastRoom) : 0;
    if (!search.found->reset(k)) {
      return out_of_memory();
    }
    VECEXT_TRY(scan_pending(store, search));
    VECEXT_TRY(scans_codes ? scan_codes_of_set(store, search, k + room, &removed)
                           : scan_set(store, search));
  } while (removed > room);
  return {};
}

/// Searches for the rows wanted, and for up to the ef nearest. `found` gets these rows, and all
/// other rows that are as near, with bounds of their scores. If counts->stopped is set, `found` has
/// only some of the rows. A filter's set guides the traversal if the model has the rows of nodes.
template <PageStore S, class Follower>
Status search_graph(S& store, const GraphModel& model, const GraphQuery& query,
                    const GraphLimits& limits, Frontier* frontier, Candidates* found,
                    GraphCounts* counts, Follower* follower) {
  SetNodes set_nodes(model, limits.filter, found->arena());
  GraphSearch search{.model = model,
                     .query = query,
                     .limits = limits,
                     .frontier = frontier,
                     .found = found,
                     .counts = counts,
                     .set_nodes = &set_nodes,
                     .within = {.shift = score_shift(model, query.rerank.norm)}};
  VECEXT_TRY(walk_graphs(store, &search, follower));
  if (counts->stopped && !limits.keeps_found) {
    return {};
  }
  // Pending rows come after the graphs: if many of them are similar, they would end the search of
  // the graphs too early.
  return search.reads_whole_set ? look_at_set(store, search) : scan_pending(store, search);
}

template <PageStore S>
Status search_graph(S& store, const GraphModel& model, const GraphQuery& query,
                    const GraphLimits& limits, Frontier* frontier, Candidates* found,
                    GraphCounts* counts) {
  Unfollowed nobody;
  return search_graph(store, model, query, limits, frontier, found, counts, &nobody);
}

}  // namespace vecext
