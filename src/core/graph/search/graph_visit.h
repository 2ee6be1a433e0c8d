// The state of a search of a graph, and the visit to a node. A visit reads one page, which has the
// codes of all neighbors of the node.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/filter/row_filter.h"
#include "core/graph/search/frontier.h"
#include "core/graph/search/graph_query.h"
#include "core/graph/search/set_nodes.h"
#include "core/graph/search/filtered_traversal.h"
#include "core/graph/search/slack.h"
#include "core/result/candidates.h"

namespace vecext {

/// What a search is for, and how much it may cost. A search that would cost more stops.
struct GraphLimits {
  std::int32_t wanted;  // how many rows are wanted
  std::int32_t ef;  // >= wanted: how many nearest rows decide when to stop, if links are followed
  RowFilter filter;
  std::int64_t most_nodes = INT64_MAX;  // nodes visited
  bool keeps_found = false;             // if the search stops at most_nodes, the rows that it has
                                        // found are used
  bool is_strict = false;               // distances that differ only by rounding are different
  // The next two are not used in a search for the rows of a set.
  float slack[2] = {0, 0};         // by part; if not 0, the search is for a recall (slack.h)
  std::int32_t fewest_visits = 0;  // fewest nodes visited before it ends
  // Where the private chains begin whose rows the search compares; kNoPage in unused places.
  std::array<PageId, kPrivateChains> privates = no_privates();

  static constexpr std::array<PageId, kPrivateChains> no_privates() {
    std::array<PageId, kPrivateChains> none{};
    none.fill(kNoPage);
    return none;
  }
};

/// What a search has read.
struct GraphCounts {
  std::int64_t nodes;  // nodes visited; if there is a set, duplicates, too
  std::int64_t pages;
  std::int64_t scored;   // codes, and in a flat graph also elements
  std::int64_t removed;  // nodes visited or read that have lost all their rows
  bool stopped;          // a limit of its cost has ended it, so that rows are missing
};

/// The result of a visit to a node.
struct Visit {
  NodeHead head;
  ScoreInterval score;
  Magnitude magnitude;
  std::int32_t count;  // how many neighbors may be near
  NodeId neighbors[kMaxDegree];
  float estimates[kMaxDegree];
};

/// After how many visits a search probes lists (list_probe.h).
struct ProbePlan {
  std::int32_t near_after = 0;  // it probes the nearest lists; 0 if it does not, or has done so
  bool before_end = false;      // it probes lists before it ends, even with fewer visits
  double all_after = HUGE_VAL;  // it probes all lists
};

/// A search of one of an index's graphs.
struct GraphSearch {
  const GraphModel& model;
  const GraphQuery& query;
  const GraphLimits& limits;
  Frontier* frontier;
  Candidates* found;
  GraphCounts* counts;
  FilteredTraversal* set = nullptr;  // null if the traversal is over all nodes
  SetNodes* set_nodes = nullptr;     // nodes of the filter's set
  bool reads_whole_set = false;      // the traversal has ended because reading all nodes of the set
                                     // is cheaper
  float far = 0;                     // neighbors farther than this are left out until there is a
                                     // limit
  SlackLimit within;
  Part part = kMain;               // the part that is searched
  std::int32_t fewest_visits = 0;  // fewest visits before it ends
  ProbePlan probes = {};
  std::int32_t last_visit = std::numeric_limits<std::int32_t>::max();
  // True if estimates by links replace estimates by lists, even beyond the limit. Near copies have
  // nearly the same code in a list, so that the estimates of all of them are wrong together.
  bool corrects = false;

  /// Returns the score beyond which rows and nodes are of no use.
  float limit() const {
    if (set != nullptr) {
      return set->limit();
    }
    return has_limit() ? limit_of_nodes() : far;
  }

  /// Returns the score beyond which visits need not give estimates of neighbors.
  float limit_of_neighbors() const {
    return corrects ? std::numeric_limits<float>::infinity() : limit();
  }

  bool is_beyond(const QueuedNode& node) const {
    if (set != nullptr) {
      return node.estimate > set->limit();
    }
    return has_limit() && within.visits >= fewest_visits && node.estimate > limit_of_nodes();
  }

  bool has_limit() const { return within.visits >= limits.ef && found->full(); }

  float limit_of_nodes() const { return within.of_nodes(found->limit()); }
};

/// Stops a search that has visited as many nodes as it may. True if the search is stopped.
inline bool stop_if_spent(const GraphLimits& limits, GraphCounts* counts) {
  counts->stopped |= counts->nodes >= limits.most_nodes;
  return counts->stopped;
}

/// Adds a row to the rows found if it matches and may be near. Returns false if memory runs out.
inline bool accept_row(const GraphSearch& search, RowId row, const ScoreInterval& score) {
  if (row == kNoRow || !search.limits.filter.may_match(row)) {
    return true;
  }
  if (search.set != nullptr) {
    search.set->note_row(upper_float(score.upper));
  }
  return score.lower > search.found->limit() || search.found->add(score.lower, score.upper, row);
}

/// Adds to the visit the neighbors of a slot whose estimates are at most `limit`. (If this is not
/// inlined, a search takes 1 % more instructions.)
[[gnu::always_inline]] inline void score_neighbors(const GraphModel& model, const GraphQuery& query,
                                                   const NodeSlot<const std::byte>& slot,
                                                   double score, float limit, Visit* visit) {
  const kernel::EstimateTerms terms =
      estimate_terms(model, query, link_scale(*slot.head(), model.meta.scale), score,
                     rerank_norm_squared(slot.rerank()));
  for (std::int32_t i = 0; i < model.layout.blocks(); ++i) {
    const NodeId* ids = slot.neighbors() + static_cast<std::ptrdiff_t>(i) * kBlockLanes;
    kernel::BlockScores scores;
    std::uint32_t lanes =
        kernel::score_block(scored_block(query, model, slot.block(i)), terms, limit, &scores);
    for (; lanes != 0; lanes &= lanes - 1) {
      const int lane = __builtin_ctz(lanes);
      if (ids[lane] != kNoNode) {
        visit->neighbors[visit->count] = ids[lane];
        visit->estimates[visit->count++] = scores.estimates[lane];
      }
    }
  }
}

/// Adds to the visit all neighbors of a slot, for a node whose score says nothing about theirs.
inline void copy_neighbors(const NodeSlot<const std::byte>& slot, std::int32_t degree,
                           Visit* visit) {
  for (std::int32_t i = 0; i < degree; ++i) {
    if (const NodeId node = slot.neighbors()[i]; node != kNoNode) {
      visit->neighbors[visit->count] = node;
      visit->estimates[visit->count++] = -std::numeric_limits<float>::infinity();
    }
  }
}

/// Returns kCorrupt unless slot i of a page has a node.
inline Status check_slot(const NodeSlot<const std::byte>& slot, std::int32_t i) {
  if (slot.head()->mark != kNodeMark) [[unlikely]] {
    return corrupt_record(i);
  }
  return {};
}

/// Reads a node's slot: its row, its score, and the neighbors within the limit, which the node's
/// own row may lower. Calls `prefetch` while the page is held: before that, the pin and the lock
/// would wait for the address translation of the prefetch, whereas scoring does not (3 % of a
/// search).
template <PageStore S, class Prefetch>
Status visit_node(S& store, const GraphSearch& search, NodeId node, const Prefetch& prefetch,
                  Visit* visit) {
  const GraphModel& model = search.model;
  return store.read(model.layout.page_of(node), [&](const std::byte* page) -> Status {
    prefetch();
    const std::int32_t at = model.layout.slot_of(node);
    const auto slot = node_slot(page, model.layout, at);
    VECEXT_TRY(check_slot(slot, at));
    visit->head = *slot.head();
    visit->score = rerank_score(model.rerank(), model.metric(), search.query.rerank, slot.rerank(),
                                model.dims());
    visit->count = 0;
    if (!accept_row(search, visit->head.row, visit->score)) {
      return out_of_memory();
    }
    const double score = (visit->score.lower + visit->score.upper) / 2;
    // Errors of estimated inner products do not grow with the score.
    const bool has_distance = model.metric() != Metric::kInnerProduct;
    visit->magnitude = has_distance ? magnitude_of(static_cast<float>(score)) : Magnitude{0};
    if (std::isfinite(score)) {
      score_neighbors(model, search.query, slot, score, search.limit_of_neighbors(), visit);
    } else {
      copy_neighbors(slot, model.layout.degree, visit);
    }
    return {};
  });
}

/// Adds the rows of a node's duplicates until the node is beyond the rows found. If all rows match,
/// also stops after ef rows. Reads all duplicates if nothing is known of the score (extreme rows,
/// core/quant/transform.h), or if their vectors are not equal; in a strict search, vectors that
/// differ only by rounding are not equal, either. Sets *rows to how many of the nodes read,
/// `visit`'s own included, have a row.
template <PageStore S>
Status visit_duplicates(S& store, const GraphSearch& search, const Visit& visit,
                        std::int64_t* rows) {
  const GraphModel& model = search.model;
  const bool has_set = search.limits.filter.has_set();
  const bool is_rounded = (visit.head.flags & kHasRounded) != 0;
  const bool has_unequal = (visit.head.flags & kHasUnequal) != 0 ||
                           (is_rounded && search.limits.is_strict) || std::isinf(visit.score.lower);
  *rows = visit.head.row != kNoRow ? 1 : 0;
  NodeId duplicate = visit.head.duplicate;
  for (std::int64_t i = 0; duplicate != kNoNode && i < model.nodes(); ++i) {
    const bool is_enough =
        visit.score.lower > search.found->limit() || (!has_set && *rows >= search.limits.ef);
    if ((!has_unequal && *rows > 0 && is_enough) ||
        (has_set && stop_if_spent(search.limits, search.counts))) {
      break;
    }
    const Status status =
        store.read(model.layout.page_of(duplicate), [&](const std::byte* page) -> Status {
          const std::int32_t at = model.layout.slot_of(duplicate);
          const auto slot = node_slot(page, model.layout, at);
          VECEXT_TRY(check_slot(slot, at));
          const NodeHead head = *slot.head();
          duplicate = head.duplicate;
          *rows += head.row != kNoRow ? 1 : 0;
          const ScoreInterval score =
              has_unequal || is_rounded
                  ? rerank_score(model.rerank(), model.metric(), search.query.rerank, slot.rerank(),
                                 model.dims())
                  : visit.score;
          return accept_row(search, head.row, score) ? Status{} : out_of_memory();
        });
    if (!status.ok()) {
      return status;
    }
    ++search.counts->pages;
    search.counts->nodes += has_set ? 1 : 0;
    store.poll();
  }
  return {};
}

}  // namespace vecext
