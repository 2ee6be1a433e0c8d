// Searching the lists: lists in the order of promise, blocks of 32 codes against a bound, until the
// nearest rows found stop changing.
//
// A search makes candidates, rows with a lower bound of their key (see codec.h), among which the k
// nearest are with the probability that the bound gives; whoever owns the table computes the exact
// distance of those that matter, in the order of their bounds. Where lists hold whole vectors, keys
// are exact distances.
//
// To get more rows than the first k, search again with a larger k: what was handed out before is
// known by its distance (the caller's part). That costs a geometric series and keeps no state.
#pragma once

#include <cmath>
#include <limits>

#include "core/filter/filter.h"
#include "core/ivf/candidates.h"
#include "core/ivf/model.h"
#include "core/ivf/probe_order.h"
#include "core/ivf/record.h"
#include "core/ivf/search_query.h"
#include "core/ivf/vector_distance.h"
#include "core/kernel/kernel.h"

namespace vecext {

struct SearchLimits {
  std::int32_t k;       // rows wanted
  std::int32_t skip;    // lists to leave out at first: those of earlier searches
  std::int32_t probes;  // lists to look at; 0: until the k nearest stop changing
  RowFilter filter;
};

/// What a search did.
struct SearchCounts {
  std::int64_t lists;
  std::int64_t pages;
  std::int64_t rows;  // scored
};

/// Standard deviations between an estimate and its bound (RaBitQ's epsilon; measured, README.md).
inline constexpr float kBoundWidth = 1.6f;

/// The adaptive stop: the k nearest stayed the same for kPatience + kPatienceShare × lists probed,
/// and for as many rows as kPatientLists lists should have: lists that deletes have thinned count
/// less.
inline constexpr float kPatience = 24;
inline constexpr float kPatienceShare = 0.2f;
inline constexpr std::int64_t kPatientLists = 20;

/// How long the k nearest have stayed the same.
struct Unchanged {
  std::int32_t lists = 0;
  std::int64_t rows = 0;

  bool long_enough(std::int32_t probed, std::int32_t list_rows) const {
    return static_cast<float>(lists) > kPatience + kPatienceShare * static_cast<float>(probed) &&
           rows > kPatientLists * list_rows;
  }
};

/// Scores one page of codes.
template <class Heap>
Status scan_code_page(const std::byte* page, const Model& model, const ListEntry& entry,
                      const SearchQuery& query, const kernel::EstimateTerms& terms,
                      const RowFilter& filter, Heap* found, SearchCounts* counts) {
  if (const Status status = check_current(model, entry, page); !status.ok()) {
    return status;
  }
  const PageHead* head = page_head(page);
  const kernel::ScanKernels& scan = kernel::active().scan;
  const auto groups = static_cast<std::size_t>(model.codes.groups);
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes) {
    const auto block = code_block(page, model.codes, first / kBlockLanes);
    const std::int32_t lanes = head->rows - first < kBlockLanes ? head->rows - first : kBlockLanes;
    alignas(64) std::uint32_t sums[kBlockLanes];
    alignas(64) float estimates[kBlockLanes];
    alignas(64) float bounds[kBlockLanes];
    scan.sum_codes(block.codes(), query.table.table, groups, sums);
    std::uint32_t lanes_left =
        scan.estimate(sums, block.a(), block.b(), terms, found->limit(), estimates, bounds);
    lanes_left &= lanes == kBlockLanes ? 0xFFFFFFFFu : (1u << lanes) - 1;
    if (lanes_left != 0) {
      lanes_left &= filter.of(block.rows(), lanes);
    }
    for (; lanes_left != 0; lanes_left &= lanes_left - 1) {
      const int lane = __builtin_ctz(lanes_left);
      const RowId row = block.rows()[lane];
      if (row != kNoRow && !found->add(bounds[lane], 2 * estimates[lane] - bounds[lane], row)) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
    counts->rows += lanes;
  }
  return {};
}

/// Distances to the vectors of one page, by the function of the index's operator.
template <class Heap>
Status scan_vector_page(const std::byte* page, const Model& model, const ListEntry& entry,
                        const SearchQuery& query, VectorDistance distance, const RowFilter& filter,
                        Heap* found, SearchCounts* counts) {
  if (const Status status = check_current(model, entry, page); !status.ok()) {
    return status;
  }
  const PageHead* head = page_head(page);
  const RowId* rows = vector_rows(page, model.vectors);
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes) {
    const std::int32_t lanes = head->rows - first < kBlockLanes ? head->rows - first : kBlockLanes;
    std::uint32_t matches = filter.of(rows + first, lanes);
    matches &= lanes == kBlockLanes ? 0xFFFFFFFFu : (1u << lanes) - 1;
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

/// Scores all pages of one list; `after` is the page that will be read behind them, or kNoPage.
template <PageStore S>
Status scan_list(S& store, const Model& model, std::int32_t list, PageId after,
                 const SearchQuery& query, const kernel::EstimateTerms& terms,
                 VectorDistance distance, const RowFilter& filter, Candidates* found,
                 SearchCounts* counts) {
  const ListEntry& entry = model.entries[list];
  PageId page = entry.head;
  while (page != kNoPage) {
    const Status status = store.read(page, [&](const std::byte* bytes) {
      page = page_head(bytes)->next;
      store.prefetch(page != kNoPage ? page : after);
      return model.has_vectors()
                 ? scan_vector_page(bytes, model, entry, query, distance, filter, found, counts)
                 : scan_code_page(bytes, model, entry, query, terms, filter, found, counts);
    });
    if (!status.ok()) {
      return status;
    }
    ++counts->pages;
    store.poll();
  }
  return {};
}

/// How far a bound lies below an estimate, in units of the factor b: the codes' own error, and that
/// of the rounding of the query's table.
inline float bound_slack(const Model& model, const QueryTable& table, float distance_squared) {
  if (model.has_vectors()) {
    return 0;
  }
  const float code = spread(model.codec);
  const float rounding = table.step * table.step * static_cast<float>(model.codes.groups) / 12;
  return kBoundWidth * std::sqrt(code * code * distance_squared + rounding);
}

/// Searches. kStale where the model is out of date: load it anew and search again.
template <PageStore S>
Status search(S& store, const Model& model, const SearchQuery& query, const SearchLimits& limits,
              VectorDistance distance, ProbeOrder* order, Candidates* found, SearchCounts* counts) {
  if (!found->reset(limits.k)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  for (std::int32_t i = 0; i < limits.skip && i < order->count(); ++i) {
    order->next();
  }
  Unchanged unchanged;
  for (std::int32_t probed = limits.skip; probed < order->count(); ++probed) {
    const bool enough = limits.probes > 0
                            ? probed >= limits.skip + limits.probes
                            : found->full() && unchanged.long_enough(probed, model.meta.list_rows);
    if (enough) {
      break;
    }
    const Probe probe = order->next();
    const ListEntry& entry = model.entries[probe.list];
    const kernel::EstimateTerms terms{
        .base = probe.key + query.shift,
        .scale = entry.scale,
        .step = query.table.step,
        .offset = query.table.offset,
        .slack = bound_slack(model, query.table, probe.distance_squared),
    };
    const std::uint64_t before = found->changes();
    const std::int64_t rows_before = counts->rows;
    const std::int32_t after = order->peek();
    const Status status =
        scan_list(store, model, probe.list, after < 0 ? kNoPage : model.entries[after].head, query,
                  terms, distance, limits.filter, found, counts);
    if (!status.ok()) {
      return status;
    }
    ++counts->lists;
    if (found->changes() == before) {
      ++unchanged.lists;
      unchanged.rows += counts->rows - rows_before;
    } else {
      unchanged = {};
    }
  }
  return {};
}

}  // namespace vecext
