// Searching a flat graph: best first, by the distances of the operator. A visit to a node scores
// the neighbors that were not seen before. Their elements lie beside the node's own element, or on
// the neighbors' own pages.
//
// The search stops when no node waits that is nearer than the farthest of the nearest nodes
// visited, or, in a search for a recall, not much farther (slack.h). Distances are often equal
// here, so some of the nodes as far as the farthest one are visited, too.
#pragma once

#include "core/graph/search/graph_search.h"
#include "core/graph/flat/sketch_probe.h"
#include "core/graph/format/flat_record.h"
#include "core/quant/vector_distance.h"

namespace vecext {

/// Returns how many nearest rows decide when to stop, for an ef. A search with codes stops by the
/// ef least upper bounds. Exact distances are below these bounds, so that ef of them would end a
/// search earlier. Measured recall with as many rows as the ef, twice and four times as many: 100
/// signs of GloVe .81, .91, .97; larger elements of GloVe alone by cosine -, .89, .95; inner
/// products of Fashion-MNIST without its darker elements .79, .88, .92; GloVe by L1 .93, .97, -.
inline std::int32_t rows_in_view(const GraphModel& model, std::int32_t ef) {
  constexpr std::int32_t kMost = 1 << 28;
  const bool is_dense = model.element() == Element::kFloat || model.element() == Element::kHalf;
  const std::int32_t rows = is_dense && model.metric() != Metric::kInnerProduct ? 2 : 4;
  return ef < kMost ? ef * rows : ef;
}

/// The state of a search.
struct FlatSearch {
  const GraphModel& model;
  const GraphLimits& limits;
  const void* query;   // elements as the column has them
  std::byte* scratch;  // room for kLongestRecord bytes
  Frontier* frontier;
  UpperBounds* view;  // of the rows of nodes visited
  Candidates* found;
  GraphCounts* counts;
  SlackLimit within;

  /// Returns the score of an element, which is its distance.
  double score(const std::byte* element) const {
    return ordered_distance(model.distance(query, element, model.meta.dims));
  }

  /// True if the view limits the search. The view must be full and the search must have made some
  /// visits, as the rows of one node alone may fill the view.
  bool has_limit() const {
    return view->full() && within.visits >= std::max(limits.ef, limits.fewest_visits);
  }

  /// True if the search goes on to a node of the given score. It does if the node is at most as far
  /// as the farthest row in view, or, in a search with slack, not much farther while visits are
  /// left. The limit of the view is the score of its farthest row, rounded up.
  bool is_near(float score) const {
    return !has_limit() ||
           (score < within.of_nodes(view->limit()) && within.visits < most_visits());
  }

  /// True if a node of the given score is exactly as far as the farthest row in view.
  bool is_tie(float score) const {
    return view->full() && score < view->limit() && upper_float(score) >= view->limit();
  }

  /// Returns the most visits that the search may make if it is for a recall. Otherwise visits are
  /// not limited. A visit costs a distance for each neighbor, and where most rows are nearly
  /// equally far from the query, a search that only slack ends would visit all of them.
  std::int64_t most_visits() const {
    constexpr std::int64_t kOfRow = 4;
    return within.slack == 0
               ? INT64_MAX
               : most_trial_visits(model.meta.parts[kMain].nodes) + kOfRow * limits.ef;
  }

  /// Adds a row to the rows found, unless the filter excludes it or it is too far. Returns false if
  /// memory runs out.
  bool accept(RowId row, double score) const {
    if (row == kNoRow || !limits.filter.may_match(row)) {
      return true;
    }
    view->push(upper_float(score), static_cast<float>(score));
    return score > found->limit() || found->add(score, score, row);
  }
};

/// Adds a node to the frontier, which must have room for it.
inline void wait_for(const FlatSearch& search, NodeId node, double score) {
  ++search.counts->scored;
  search.frontier->push(node, static_cast<float>(score), kRough);
}

/// Reads a node's record and calls visit(record, head, score), which returns a Status.
template <PageStore S, class Visit>
Status visit_record(S& store, const FlatSearch& search, NodeId node, const Visit& visit) {
  const GraphModel& model = search.model;
  ++search.counts->pages;
  return read_record(store, model.node, model.layout.page_of(node), model.layout.slot_of(node),
                     search.scratch, [&](const std::byte* record) -> Status {
                       const auto* head = reinterpret_cast<const NodeHead*>(record);
                       if (head->mark != kNodeMark) [[unlikely]] {
                         return corrupt_record(model.layout.slot_of(node));
                       }
                       return visit(record, *head, search.score(record + model.node.element_at));
                     });
}

/// Scores those of n nodes that were not seen before. Reads each of them from its own page. The
/// nodes must differ, and n <= kMaxEntries.
template <PageStore S>
Status score_nodes(S& store, const FlatSearch& search, const NodeId* nodes, std::int32_t n) {
  NodeId unseen[kMaxEntries];
  std::int32_t count = 0;
  if (!search.frontier->reserve(n)) {
    return out_of_memory();
  }
  for (std::int32_t i = 0; i < n; ++i) {
    if (nodes[i] != kNoNode && !search.frontier->has_seen(nodes[i])) {
      unseen[count++] = nodes[i];
      prefetch_record(store, search.model, nodes[i]);
    }
  }
  for (std::int32_t i = 0; i < count; ++i) {
    VECEXT_TRY(visit_record(store, search, unseen[i],
                            [&](const std::byte*, const NodeHead&, double score) -> Status {
                              wait_for(search, unseen[i], score);
                              return {};
                            }));
    store.poll();
  }
  return {};
}

/// Scores the neighbors of a node. Their elements lie one after another at `elements`, beside the
/// node's own.
inline Status score_beside(const FlatSearch& search, const NodeId* nodes,
                           const std::byte* elements) {
  const RecordForm& form = search.model.node;
  if (!search.frontier->reserve(search.model.layout.degree)) {
    return out_of_memory();
  }
  for (std::int32_t i = 0; i < search.model.layout.degree; ++i) {
    if (nodes[i] != kNoNode && !search.frontier->has_seen(nodes[i])) {
      const std::byte* element = elements + static_cast<std::size_t>(i) * form.element_bytes;
      wait_for(search, nodes[i], search.score(element));
    }
  }
  return {};
}

/// Takes the rows of a node's duplicates until there are ef rows. Takes all of them if a filter may
/// drop some, or if their vectors differ, as vectors with equal sketches may. Sets *rows to how
/// many of the duplicates read still have their row.
template <PageStore S>
Status compare_duplicates(S& store, const FlatSearch& search, const NodeHead& head,
                          std::int64_t* rows) {
  const bool has_set = search.limits.filter.has_set();
  const int unequal = search.limits.is_strict ? kHasUnequal | kHasRounded : kHasUnequal;
  const bool has_unequal = (head.flags & unequal) != 0;
  NodeId duplicate = head.duplicate;
  *rows = 0;
  for (std::int64_t i = 0; duplicate != kNoNode && i < search.model.nodes(); ++i) {
    if (has_set ? stop_if_spent(search.limits, search.counts)
                : !has_unequal && *rows >= search.limits.ef) {
      break;
    }
    VECEXT_TRY(visit_record(store, search, duplicate,
                            [&](const std::byte*, const NodeHead& next, double score) -> Status {
                              duplicate = next.duplicate;
                              *rows += next.row != kNoRow ? 1 : 0;
                              return search.accept(next.row, score) ? Status{} : out_of_memory();
                            }));
    search.counts->nodes += has_set ? 1 : 0;
    store.poll();
  }
  return {};
}

/// Takes the rows of a node and of its duplicates, and scores the node's neighbors.
template <PageStore S>
Status visit_flat(S& store, const FlatSearch& search, NodeId node) {
  const GraphModel& model = search.model;
  NodeHead of_node{};
  NodeId neighbors[kMaxDegree];
  Status status = visit_record(
      store, search, node,
      [&](const std::byte* record, const NodeHead& head, double score) -> Status {
        of_node = head;
        if (!search.accept(head.row, score)) {
          return out_of_memory();
        }
        const auto* nodes = reinterpret_cast<const NodeId*>(record + sizeof(NodeHead));
        const std::byte* beside = record + model.node.element_at + model.node.element_bytes;
        if (model.node.near_bytes > 0) {
          return score_beside(search, nodes, beside);
        }
        __builtin_memcpy(neighbors, nodes,
                         static_cast<std::size_t>(model.layout.degree) * sizeof(NodeId));
        return {};
      });
  ++search.counts->nodes;
  if (status.ok() && model.node.near_bytes == 0) {
    status = score_nodes(store, search, neighbors, model.layout.degree);
  }
  std::int64_t duplicates = 0;
  if (status.ok() && of_node.duplicate != kNoNode) [[unlikely]] {
    status = compare_duplicates(store, search, of_node, &duplicates);
  }
  if (of_node.row == kNoRow && duplicates == 0) [[unlikely]] {
    ++search.counts->removed;
  }
  return status;
}

/// Compares all pending rows with the query.
template <PageStore S>
Status scan_flat_pending(S& store, const FlatSearch& search) {
  const RecordForm& form = search.model.pending_record;
  ChainLength length;
  for (PageId page = search.model.meta.pending; page != kNoPage;) {
    if (length.is_beyond(store)) {
      return corrupt().in_page(page);
    }
    const PageId at = page;
    std::int32_t whole = 0;  // records compared in place; 0 if the page's record is long
    const auto compare = [&](const std::byte* record) -> Status {
      ++search.counts->scored;
      const double score = search.score(record + form.element_at);
      return search.accept(*reinterpret_cast<const RowId*>(record), score) ? Status{}
                                                                           : out_of_memory();
    };
    bool is_long = false;
    VECEXT_TRY(store.read(at, [&](const std::byte* bytes) -> Status {
      Status sound = check_pending_page(bytes, search.model.pending);
      page = page_head(bytes)->next;
      for (; sound.ok() && !is_long && whole < page_head(bytes)->rows; ++whole) {
        Record record;
        if (!find_record(bytes, form, whole, &record)) {
          return corrupt_record(whole);
        }
        is_long = record.rest != 0;
        sound = is_long ? sound : compare(record.at);
      }
      return sound;
    }));
    if (is_long) {
      VECEXT_TRY(read_record(store, form, at, 0, search.scratch, compare));
    }
    ++search.counts->pages;
    store.poll();
  }
  return {};
}

/// Scores the nodes that a search starts from, which are the nodes nearest to the query by their
/// sketches.
template <PageStore S>
Status score_starts(S& store, Arena arena, FlatSearch* search) {
  if (search->model.lists[kMain].count == 0) {
    return {};  // the graph has no nodes
  }
  const GraphModel lists = sketch_model(search->model);
  GraphQuery query;
  if (!prepare_sketch(search->model, lists, search->query, arena, &query)) {
    return out_of_memory();
  }
  const GraphSearch of_lists{.model = lists,
                             .query = query,
                             .limits = search->limits,
                             .frontier = search->frontier,
                             .found = search->found,
                             .counts = search->counts,
                             .within = {}};
  QueuedNode* nodes;
  std::size_t count = 0;
  VECEXT_TRY(find_by_sketches(store, lists, of_lists, &nodes, &count));
  NodeId batch[kMaxEntries];
  for (std::size_t i = 0; i < count; i += kMaxEntries) {
    const std::size_t n = std::min<std::size_t>(kMaxEntries, count - i);
    std::transform(nodes + i, nodes + i + n, batch, [](const QueuedNode& of) { return of.node; });
    VECEXT_TRY(score_nodes(store, *search, batch, static_cast<std::int32_t>(n)));
  }
  return {};
}

/// Visits nodes, nearest first, as long as they are nearer than the farthest row in view or, with
/// slack, not much farther. The slack decides when the walk ends, but not the order of visits.
/// `follower` follows the visits, and may end the walk.
template <PageStore S, class Follower>
Status walk_flat(S& store, Arena arena, FlatSearch* search, Follower* follower) {
  const GraphModel& model = search->model;
  const GraphLimits& limits = search->limits;
  search->within.start(limits.slack[kMain]);
  const std::int32_t in_view =
      search->within.slack == 0 ? rows_in_view(model, limits.ef) : limits.ef;
  if (!search->found->reset(limits.ef) || !search->frontier->reset() ||
      !search->view->reset(in_view, arena)) {
    return out_of_memory();
  }
  Status status = score_starts(store, arena, search);
  std::int32_t ties = 0;
  for (QueuedNode next; status.ok() && !stop_if_spent(limits, search->counts) &&
                        !follower->is_done() && search->frontier->next(&next);) {
    if (!search->is_near(next.estimate) ||
        (search->within.slack == 0 && search->is_tie(next.estimate) && ++ties > in_view)) {
      break;
    }
    follower->before(*search, next);
    search->within.count_visit();
    const std::int64_t removed = search->counts->removed;
    status = visit_flat(store, *search, next.node);
    if (search->counts->removed > removed) [[unlikely]] {
      search->within.uncount_visit();
    }
    follower->after(next.node, kNoRow);
    store.poll();
  }
  return status;
}

/// Returns the search for `query`. The caller keeps all that the search points to.
inline FlatSearch flat_search(const GraphModel& model, const GraphLimits& limits, const void* query,
                              Frontier* frontier, std::byte* scratch, UpperBounds* view,
                              Candidates* found, GraphCounts* counts) {
  return {model,   limits,   query,
          scratch, frontier, view,
          found,   counts,   {.shift = score_shift(model, product_length(model, query))}};
}

/// Searches for the ef nearest rows, or for a recall. `found` gets these rows and all other rows
/// that are as near, with their distances. If counts->stopped is set, `found` has only some of
/// them. A filter's set says which rows count, and does not guide the traversal. Takes scratch from
/// `arena`.
template <PageStore S>
Status search_flat(S& store, const GraphModel& model, const void* query, const GraphLimits& limits,
                   Frontier* frontier, Arena arena, Candidates* found, GraphCounts* counts) {
  auto* scratch = arena.array<std::byte>(kLongestRecord);
  if (scratch == nullptr) {
    return out_of_memory();
  }
  UpperBounds view;
  FlatSearch search = flat_search(model, limits, query, frontier, scratch, &view, found, counts);
  Unfollowed nobody;
  VECEXT_TRY(walk_flat(store, arena, &search, &nobody));
  return (!counts->stopped || limits.keeps_found) ? scan_flat_pending(store, search) : Status{};
}

}  // namespace vecext
