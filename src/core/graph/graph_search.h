// Searching a graph: best first, from the entry points nearest by their codes. A visit to a node
// reads its slot, and with it the codes of all its neighbours: one page a hop (SymphonyQG, Gou et
// al. 2024, arXiv 2411.12229; the stop rule and the mean of estimates are measured, README.md).
//
// Nodes wait by the mean of the estimates that visited nodes gave of them. The ef nearest of those
// visited, by their own vectors, say when to stop: as soon as no node waits that is nearer than the
// farthest of them.
#pragma once

#include <cmath>

#include "core/filter/filter.h"
#include "core/graph/graph_query.h"
#include "core/graph/frontier.h"
#include "core/result/candidates.h"

namespace vecext {

struct GraphLimits {
  std::int32_t ef;  // nearest rows that decide when to stop
  RowFilter filter;
};

/// What a search looked at.
struct GraphCounts {
  std::int64_t nodes;  // visited
  std::int64_t pages;
  std::int64_t scored;  // codes
};

/// What a visit to a node found.
struct Visit {
  NodeHead head;
  KeyInterval key;
  std::int32_t count;  // neighbours that may be near
  NodeId neighbours[kMaxDegree];
  float estimates[kMaxDegree];
};

/// Those of a slot's neighbours whose estimates are at most `limit`.
inline void score_neighbours(const GraphModel& model, const GraphQuery& query,
                             const NodeSlot<const std::byte>& slot, double key, float limit,
                             Visit* visit) {
  const kernel::EstimateTerms terms =
      estimate_terms(model, query, model.meta.scale, key, own_norm_squared(slot.own()));
  for (std::int32_t i = 0; i < model.layout.blocks(); ++i) {
    const NodeId* ids = slot.neighbours() + static_cast<std::ptrdiff_t>(i) * kBlockLanes;
    kernel::BlockScores scores;
    std::uint32_t lanes =
        kernel::score_block(scored(query, model, slot.block(i)), terms, limit, &scores);
    for (; lanes != 0; lanes &= lanes - 1) {
      const int lane = __builtin_ctz(lanes);
      if (ids[lane] != kNoNode) {
        visit->neighbours[visit->count] = ids[lane];
        visit->estimates[visit->count++] = scores.estimates[lane];
      }
    }
  }
}

/// kCorrupt unless the slot is a node.
inline Status check_slot(const NodeSlot<const std::byte>& slot) {
  if (slot.head()->mark != kNodeMark) [[unlikely]] {
    return {.code = StatusCode::kCorrupt};
  }
  return {};
}

/// Adds a row to those found if it matches and may be near. False: out of memory.
inline bool take_row(const RowFilter& filter, RowId row, const KeyInterval& key,
                     Candidates* found) {
  if (row == kNoRow || key.lower > found->limit() || (filter.of(&row, 1) & 1) == 0) {
    return true;
  }
  return found->add(key.lower, key.upper, row);
}

/// Reads a node's slot: its row, its key, and the neighbours nearer than the limit, which its own
/// row may lower; nearer than `far` as long as there is none, or it does not hold yet.
template <PageStore S>
Status visit_node(S& store, const GraphModel& model, const GraphQuery& query,
                  const RowFilter& filter, NodeId node, bool has_limit, float far,
                  Candidates* found, Visit* visit) {
  return store.read(model.layout.page_of(node), [&](const std::byte* page) -> Status {
    const auto slot = node_slot(page, model.layout, model.layout.slot_of(node));
    if (const Status status = check_slot(slot); !status.ok()) {
      return status;
    }
    visit->head = *slot.head();
    visit->key = own_key(model.own(), model.metric(), query.own, slot.own(), model.dims());
    visit->count = 0;
    if (!take_row(filter, visit->head.row, visit->key, found)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    const double key = (visit->key.lower + visit->key.upper) / 2;
    if (std::isfinite(key)) {
      score_neighbours(model, query, slot, key, has_limit && found->full() ? found->limit() : far,
                       visit);
    }
    return {};
  });
}

/// Adds the rows of a node's twins, which have its key, until there are ef.
template <PageStore S>
Status visit_twins(S& store, const GraphModel& model, const GraphLimits& limits, Visit* visit,
                   Candidates* found, GraphCounts* counts) {
  NodeId twin = visit->head.twin;
  for (std::int32_t i = 0; twin != kNoNode && i < limits.ef; ++i) {
    const Status status =
        store.read(model.layout.page_of(twin), [&](const std::byte* page) -> Status {
          const auto slot = node_slot(page, model.layout, model.layout.slot_of(twin));
          if (const Status sound = check_slot(slot); !sound.ok()) {
            return sound;
          }
          const NodeHead head = *slot.head();
          twin = head.twin;
          return take_row(limits.filter, head.row, visit->key, found)
                     ? Status{}
                     : Status{.code = StatusCode::kOutOfMemory};
        });
    if (!status.ok()) {
      return status;
    }
    ++counts->pages;
    store.poll();
  }
  return {};
}

/// Entry points that a search starts from: from fewer, what lies farther than they do costs more
/// hops than it saves (measured).
inline constexpr std::int32_t kStarts = 8;

/// Puts so many entry points of a graph, nearest by their codes, into the frontier; *far is the
/// estimate of the farthest of them, infinity where they are all. False: out of memory.
bool start_at_entries(const GraphModel& model, Part part, const GraphQuery& query,
                      std::int32_t wanted, Frontier* frontier, float* far);

/// What a query's estimates are of codes relative to the origin: of entries and fresh rows, whose
/// factors have the scale given.
kernel::EstimateTerms origin_terms(const GraphModel& model, const GraphQuery& query, float scale);

/// What factors in fp16 may be off by, in keys of rows about as far from the origin as the query:
/// far from it that is more than rows lie apart.
inline float origin_rounding(const GraphQuery& query) {
  constexpr double kHalfRounding = 1.0 / 2048;
  constexpr int kFactors = 3;  // a, and b in two terms
  return static_cast<float>(kFactors * kHalfRounding * query.own.norm * query.own.norm);
}

/// Compares the rows of a page of fresh rows: the own vectors of those that their codes leave in
/// question.
inline Status scan_fresh_page(const GraphModel& model, const GraphQuery& query,
                              const RowFilter& filter, const std::byte* page, Candidates* found) {
  const std::int32_t rows = page_head(page)->rows;
  const kernel::EstimateTerms terms = origin_terms(model, query, fresh_scale(page));
  for (std::int32_t first = 0; first < rows; first += kBlockLanes) {
    std::uint32_t lanes = first_lanes(rows - first);
    if (model.fresh.blocks > 0) {
      const auto block = fresh_block(page, model.fresh, first / kBlockLanes);
      kernel::BlockScores scores;
      lanes &= kernel::score_block(scored(query, model, block), terms,
                                   found->limit() + origin_rounding(query), &scores);
    }
    for (; lanes != 0; lanes &= lanes - 1) {
      const std::int32_t i = first + __builtin_ctz(lanes);
      const KeyInterval key = own_key(model.own(), model.metric(), query.own,
                                      fresh_vector(page, model.fresh, i), model.dims());
      if (!take_row(filter, fresh_rows(page, model.fresh)[i], key, found)) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
  }
  return {};
}

/// Compares all fresh rows.
template <PageStore S>
Status scan_fresh(S& store, const GraphModel& model, const GraphQuery& query,
                  const RowFilter& filter, Candidates* found, GraphCounts* counts) {
  ChainLength length;
  for (PageId page = model.meta.fresh; page != kNoPage;) {
    if (length.is_beyond(store)) {
      return {.code = StatusCode::kCorrupt};
    }
    const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
      if (const Status sound = check_fresh_page(bytes, model.fresh); !sound.ok()) {
        return sound;
      }
      page = page_head(bytes)->next;
      if (page != kNoPage) {
        const bool has_codes = model.fresh.blocks > 0;
        store.prefetch(page, 0,
                       has_codes ? kPayloadOffset + model.fresh.vectors_offset() : kPageSize);
      }
      counts->scored += page_head(bytes)->rows;
      return scan_fresh_page(model, query, filter, bytes, found);
    });
    if (!status.ok()) {
      return status;
    }
    ++counts->pages;
    store.poll();
  }
  return {};
}

/// Visits ef nodes, nearest first, and then those that are nearer than the ef nearest rows found.
/// Before that, neighbours farther than `far` by their estimates are left out. (Rows of one node
/// are as near as each other: if many ended the search, it would see none but their neighbours.)
template <PageStore S>
Status walk_graph(S& store, const GraphModel& model, const GraphQuery& query,
                  const GraphLimits& limits, float far, Frontier* frontier, Candidates* found,
                  GraphCounts* counts) {
  const auto prefetch = [&](NodeId node) {
    store.prefetch(model.layout.page_of(node), model.layout.offset(model.layout.slot_of(node)),
                   model.layout.slot_bytes);
  };
  std::int32_t visits_left = limits.ef;
  const auto is_beyond = [&](const Waiting& node) {
    return visits_left <= 0 && found->full() && node.estimate > found->limit();
  };
  Waiting next;
  bool has_next = frontier->next(&next);
  while (has_next) {
    if (is_beyond(next)) {
      // It was taken before the last visit, which may have brought nearer ones.
      has_next = frontier->next(&next);
      if (!has_next || is_beyond(next)) {
        break;
      }
    }
    // The one after this is taken, and on its way, before this one is read: waiting for what this
    // one brings would save a hop or two, and costs the latency of memory each time.
    const Waiting node = next;
    has_next = frontier->next(&next);
    if (has_next) {
      prefetch(next.node);
    }
    Visit visit;
    Status status = visit_node(store, model, query, limits.filter, node.node, --visits_left <= 0,
                               far, found, &visit);
    if (status.ok()) {
      status = visit_twins(store, model, limits, &visit, found, counts);
    }
    if (status.ok() && !frontier->reserve(visit.count)) {
      status = {.code = StatusCode::kOutOfMemory};
    }
    if (!status.ok()) {
      return status;
    }
    ++counts->nodes;
    ++counts->pages;
    counts->scored += model.meta.degree;
    for (std::int32_t i = 0; i < visit.count; ++i) {
      frontier->sight(visit.neighbours[i], visit.estimates[i]);
    }
    store.poll();
    has_next = has_next || frontier->next(&next);
  }
  return {};
}

/// Searches a graph for the ef nearest of its rows.
template <PageStore S>
Status search_part(S& store, const GraphModel& model, Part part, const GraphQuery& query,
                   const GraphLimits& limits, Frontier* frontier, Candidates* found,
                   GraphCounts* counts) {
  // Nodes farther than the farthest of the few entries nearest are of no use, unless the way to
  // the ef nearest leads over them: then all over again, without that limit and from all entries.
  for (const std::int32_t starts : {kStarts, kMaxEntries}) {
    float far;
    if (!found->reset(limits.ef) || !frontier->reset() ||
        !start_at_entries(model, part, query, starts, frontier, &far)) {
      return {.code = StatusCode::kOutOfMemory};
    }
    const Status status = walk_graph(store, model, query, limits, far, frontier, found, counts);
    if (!status.ok() || found->full()) {
      return status;
    }
  }
  return {};
}

/// The same of the young graph, beside what was found in the main one: by a limit of its own, since
/// the way to its nearest rows leads over farther ones.
template <PageStore S>
Status search_young(S& store, const GraphModel& model, const GraphQuery& query,
                    const GraphLimits& limits, Frontier* frontier, Candidates* found,
                    GraphCounts* counts) {
  Candidates young(found->arena());
  const Status status = search_part(store, model, kYoung, query, limits, frontier, &young, counts);
  if (!status.ok()) {
    return status;
  }
  std::int64_t count;
  const Candidate* rows = young.sorted(&count);
  for (std::int64_t i = 0; i < count && rows[i].bound <= found->limit(); ++i) {
    if (!found->add(rows[i].bound, rows[i].upper, rows[i].row)) {
      return {.code = StatusCode::kOutOfMemory};
    }
  }
  return {};
}

/// Searches for the ef nearest; `found` has them with bounds of their keys, and rows as near.
template <PageStore S>
Status search_graph(S& store, const GraphModel& model, const GraphQuery& query,
                    const GraphLimits& limits, Frontier* frontier, Candidates* found,
                    GraphCounts* counts) {
  Status status = search_part(store, model, kMain, query, limits, frontier, found, counts);
  if (status.ok() && model.meta.parts[kYoung].chain != 0) {
    status = search_young(store, model, query, limits, frontier, found, counts);
  }
  // After the graphs: many fresh rows of one kind would end their search early.
  return status.ok() ? scan_fresh(store, model, query, limits.filter, found, counts) : status;
}

}  // namespace vecext
