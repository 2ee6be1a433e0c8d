// Searching the lists: lists in the order of promise, blocks of 32 codes against a bound, until the
// nearest rows found are likely to be all.
//
// A search makes candidates, rows with a lower bound of their key (see codec.h), among which the k
// nearest are with the probability that the bound gives; whoever owns the table computes the exact
// distance of those that matter, in the order of their bounds. Where lists hold whole vectors, keys
// are exact distances.
//
// To get more rows than the first k, search again with a larger k: what was handed out before is
// known by its distance (the caller's part). That costs a geometric series and keeps no state.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/filter/filter.h"
#include "core/result/candidates.h"
#include "core/ivf/model.h"
#include "core/ivf/own_search.h"
#include "core/ivf/probe_order.h"
#include "core/ivf/record.h"
#include "core/ivf/search_query.h"
#include "core/ivf/stop_rule.h"
#include "core/quant/vector_distance.h"
#include "core/kernel/kernel.h"
#include "core/quant/anchor.h"

namespace vecext {

struct SearchLimits {
  std::int32_t k;       // rows wanted
  std::int32_t skip;    // lists to leave out at first: those of earlier searches
  std::int32_t probes;  // lists to look at; 0: until the stop rule says enough
  float recall;         // with probes = 0: the mean recall asked for; 0: the default
  RowFilter filter;
};

/// What a search did.
struct SearchCounts {
  std::int64_t lists;
  std::int64_t pages;
  std::int64_t rows;  // scored
};

/// What a search collects: candidates, by way of own vectors where there are such.
struct Findings {
  Candidates* candidates;
  OwnSearch* own;  // null for none

  float limit() const { return own == nullptr ? candidates->limit() : own->limit(); }
  bool take(const Model& model, const std::byte* page, std::int32_t lane, float bound, float upper,
            RowId row) const {
    return own == nullptr ? candidates->add(bound, upper, row)
                          : own->take(model, page, lane, bound, upper, row);
  }
};

/// Scores one page of codes.
inline Status scan_code_page(const std::byte* page, const Model& model, const ListEntry& entry,
                             const SearchQuery& query, const kernel::EstimateTerms& terms,
                             const RowFilter& filter, const Findings& found, SearchCounts* counts) {
  if (const Status status = check_current(model, entry, page); !status.ok()) {
    return status;
  }
  const PageHead* head = page_head(page);
  const auto groups = static_cast<std::size_t>(model.codes.groups);
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes) {
    const auto block = code_block(page, model.codes, first / kBlockLanes);
    const std::int32_t lanes = head->rows - first < kBlockLanes ? head->rows - first : kBlockLanes;
    kernel::BlockScores scores;
    std::uint32_t lanes_left =
        kernel::score_block({block.codes(), block.a(), block.b(), query.table.table, groups}, terms,
                            found.limit(), &scores) &
        first_lanes(lanes);
    if (lanes_left != 0) {
      lanes_left &= filter.of(block.rows(), lanes);
    }
    for (; lanes_left != 0; lanes_left &= lanes_left - 1) {
      const int lane = __builtin_ctz(lanes_left);
      const RowId row = block.rows()[lane];
      if (row != kNoRow && !found.take(model, page, first + lane, scores.bounds[lane],
                                       2 * scores.estimates[lane] - scores.bounds[lane], row)) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
    counts->rows += lanes;
  }
  return {};
}

/// Distances to the vectors of one page, by the function of the index's operator.
inline Status scan_vector_page(const std::byte* page, const Model& model, const ListEntry& entry,
                               const SearchQuery& query, VectorDistance distance,
                               const RowFilter& filter, Candidates* found, SearchCounts* counts) {
  if (const Status status = check_current(model, entry, page); !status.ok()) {
    return status;
  }
  const PageHead* head = page_head(page);
  const RowId* rows = vector_rows(page, model.vectors);
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes) {
    const std::int32_t lanes = head->rows - first < kBlockLanes ? head->rows - first : kBlockLanes;
    std::uint32_t matches = filter.of(rows + first, lanes) & first_lanes(lanes);
    for (; matches != 0; matches &= matches - 1) {
      const std::int32_t i = first + __builtin_ctz(matches);
      if (rows[i] == kNoRow) {
        continue;
      }
      double key = distance(query.stored, vector_at(page, model.vectors, i), model.meta.dims);
      if (std::isnan(key)) {
        key = std::numeric_limits<double>::infinity();
      }
      if (key <= found->limit() && !found->add(key, key, rows[i])) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
    counts->rows += lanes;
  }
  return {};
}

/// Bytes from a page's start on that hold anything, if `rows` rows are left for it and what
/// follows; the whole page where that is not known.
inline std::size_t used_bytes(const Model& model, std::int64_t rows) {
  if (model.has_vectors() || rows <= 0 || rows >= places(model)) {
    return kPageSize;
  }
  const auto blocks = static_cast<std::size_t>((rows + kBlockLanes - 1) / kBlockLanes);
  return kPayloadOffset + blocks * model.codes.stride();
}

/// Scores all pages of one list; `after` is the list whose turn is next, or null.
template <PageStore S>
Status scan_list(S& store, const Model& model, std::int32_t list, const ListEntry* after,
                 const SearchQuery& query, const kernel::EstimateTerms& terms,
                 VectorDistance distance, const RowFilter& filter, const Findings& found,
                 SearchCounts* counts) {
  const ListEntry& entry = model.entries[list];
  PageId page = entry.head;
  std::int64_t rows_left = entry.rows;
  ChainLength length;
  while (page != kNoPage) {
    if (length.is_beyond(store)) {
      return {.code = StatusCode::kCorrupt};
    }
    const Status status = store.read(page, [&](const std::byte* bytes) {
      page = page_head(bytes)->next;
      rows_left -= places(model);
      if (page != kNoPage) {
        store.prefetch(page, 0, used_bytes(model, rows_left));
      } else if (after != nullptr) {
        store.prefetch(after->head, 0, used_bytes(model, after->rows));
      }
      return model.has_vectors()
                 ? scan_vector_page(bytes, model, entry, query, distance, filter, found.candidates,
                                    counts)
                 : scan_code_page(bytes, model, entry, query, terms, filter, found, counts);
    });
    if (!status.ok()) {
      return status;
    }
    ++counts->pages;
    store.poll();
  }
  return found.own == nullptr ? Status{}
                              : found.own->look(store, model, entry, query, &counts->pages);
}

/// How far a bound lies below an estimate, in units of the factor b.
inline float list_slack(const Model& model, const QueryTable& table, float distance_squared) {
  return model.has_vectors() ? 0 : bound_slack(model.codec, table, distance_squared);
}

/// The share of a list's centre that is taken off the query before its products with codes are
/// estimated, and the squared length of what is left of the query: bounds follow from that.
struct Anchor {
  float share;
  float rest_squared;
};

inline Anchor anchor_of(const Model& model, const Probe& probe, float query_squared) {
  const float product = -probe.key;
  const float centre_squared = probe.distance_squared + 2 * product - query_squared;
  const float share = anchor_share(model.metric(), product, centre_squared);
  if (share == 1) {
    return {1, probe.distance_squared};
  }
  constexpr float kLeastRest = 1e-4F;  // factors are rounded
  const float rest = query_squared - 2 * share * product + share * share * centre_squared;
  return {share, std::max(rest, kLeastRest * query_squared)};
}

/// Searches. kStale where the model is out of date: load it anew and search again.
template <PageStore S>
Status search(S& store, const Model& model, const SearchQuery& query, const SearchLimits& limits,
              VectorDistance distance, Arena arena, ProbeOrder* order, Candidates* found,
              SearchCounts* counts) {
  OwnSearch own(arena, found);
  const bool has_own = model.own() != Own::kNone;
  if (!found->reset(limits.k) || (has_own && !own.reset(limits.k))) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const Findings findings{found, has_own ? &own : nullptr};
  for (std::int32_t i = 0; i < limits.skip && i < order->count(); ++i) {
    order->next();
  }
  const auto query_squared = static_cast<float>(
      kernel::active().f32.norm_squared(query.rotated, static_cast<std::size_t>(model.dims())));
  StopRule stop(model, query, limits.k, limits.recall);
  for (std::int32_t probed = limits.skip; probed < order->count(); ++probed) {
    const bool enough =
        limits.probes > 0 ? probed >= limits.skip + limits.probes : stop.enough(*order, *found);
    if (enough) {
      break;
    }
    const Probe probe = order->next();
    const ListEntry& entry = model.entries[probe.list];
    const Anchor anchor = anchor_of(model, probe, query_squared);
    const kernel::EstimateTerms terms{
        .base = probe.key + query.shift,
        .scale = entry.scale * anchor.share,
        .step = query.table.step / anchor.share,
        .offset = query.table.offset / anchor.share,
        .slack = list_slack(model, query.table, anchor.rest_squared) / anchor.share,
    };
    const std::uint64_t before = found->changes();
    const std::int64_t rows_before = counts->rows;
    const std::int32_t after = order->peek();
    const Status status =
        scan_list(store, model, probe.list, after < 0 ? nullptr : &model.entries[after], query,
                  terms, distance, limits.filter, findings, counts);
    if (!status.ok()) {
      return status;
    }
    ++counts->lists;
    stop.looked_at(probe, counts->rows - rows_before, found->changes() != before, *found);
  }
  return {};
}

}  // namespace vecext
