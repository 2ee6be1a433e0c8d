// Searches the lists: goes through them in probe order and compares blocks of 32 codes against a
// bound, until the nearest rows are likely to be found.
//
// A search returns candidates: rows with a lower bound of their score (codec.h). The k nearest rows
// are among them with the probability that the bound gives. The caller computes exact distances of
// candidates from the table, in the order of their bounds, until no bound left can matter. If lists
// have whole vectors, scores are exact distances.
//
// To get more rows than the first k, the caller searches again with a larger k, and skips the rows
// that it has handed out. So no state is kept between searches. The costs of these searches are a
// geometric series.
#pragma once

#include <algorithm>
#include <limits>

#include "core/result/candidates.h"
#include "core/ivf/lists/list_model.h"
#include "core/ivf/lists/probe_order.h"
#include "core/ivf/search/early_termination.h"
#include "core/ivf/search/scan_list.h"
#include "core/ivf/search/search_limits.h"
#include "core/ivf/search/search_query.h"
#include "core/kernel/kernel.h"
#include "core/quant/estimate_bounds.h"

namespace vecext::ivf {

/// Returns how far a bound lies below its estimate, in units of the factor b of the code.
inline float list_slack(const Model& model, const QueryTable& table, float distance_squared) {
  return model.has_vectors() ? 0 : bound_slack(model.codec, table, distance_squared);
}

/// How the centroid of a list enters estimates. `share` of the centroid is subtracted from the
/// query before its products with codes are estimated. `rest_squared` is the squared length of the
/// difference, from which bounds follow.
struct EstimateCenter {
  float share;
  float rest_squared;
};

inline EstimateCenter estimate_center(const Model& model, const Probe& probe, float query_squared) {
  const float product = -probe.score;
  const float centroid_squared = probe.distance_squared + 2 * product - query_squared;
  const float share = center_share(model.metric(), product, centroid_squared);
  if (share == 1) {
    return {1, probe.distance_squared};
  }
  constexpr float kLeastRest = 1e-4F;  // since factors are rounded
  const float rest = query_squared - 2 * share * product + share * share * centroid_squared;
  return {share, std::max(rest, kLeastRest * query_squared)};
}

/// Returns the terms that turn the code sums of a list into estimates and bounds.
inline kernel::EstimateTerms terms_of(const Model& model, const SearchQuery& query,
                                      const Probe& probe, float query_squared) {
  const EstimateCenter center = estimate_center(model, probe, query_squared);
  return {
      .base = probe.score + query.shift,
      .scale = model.entries[probe.list].scale * center.share,
      .step = query.table.step / center.share,
      .offset = query.table.offset / center.share,
      .slack = list_slack(model, query.table, center.rest_squared) / center.share,
  };
}

/// Notes `effort` for those of the rows found so far that have no effort noted yet.
inline void note_found(Candidates* found, double effort, NotedRows* noted) {
  std::int64_t count;
  const Candidate* rows = found->sorted(&count);
  for (std::int64_t i = 0; i < count; ++i) {
    if (noted->find(rows[i].row) == nullptr) {
      noted->add(rows[i].row, static_cast<float>(effort));
    }
  }
}

/// Searches the lists; `counts` starts at zero. Returns kStale if the model is out of date. The
/// caller then loads the model again and repeats the search.
template <PageStore S>
Status search(S& store, const Model& model, const SearchQuery& query, const SearchLimits& limits,
              VectorDistance distance, Arena arena, ProbeOrder* order, Candidates* found,
              SearchCounts* counts) {
  RerankSearch rerank(arena, found);
  const bool has_rerank = model.rerank() != Rerank::kNone;
  if (!found->reset(limits.k) || (has_rerank && !rerank.reset(limits.k))) {
    return out_of_memory();
  }
  for (std::int32_t i = 0; i < limits.skip && i < order->count(); ++i) {
    order->next();
  }
  const auto query_squared = static_cast<float>(
      kernel::active().f32.norm_squared(query.rotated, static_cast<std::size_t>(model.dims())));
  const bool has_set = limits.filter.has_set();
  EarlyTermination stop(model, query, limits);
  if (limits.probes == 0 && !stop.reserve(arena)) {
    return out_of_memory();
  }
  ListScan scan{model, query, distance, limits.filter, found, has_rerank ? &rerank : nullptr,
                counts};
  for (std::int32_t probed = limits.skip; probed < order->count(); ++probed) {
    const double effort = stop.effort();
    const bool enough =
        limits.probes > 0 ? probed >= limits.skip + limits.probes : stop.enough(*order, *found);
    if (limits.noted != nullptr && stop.effort() > effort) {
      note_found(found, effort, limits.noted);
    }
    counts->gave_up = !enough && limits.most_lists > 0 && counts->lists >= limits.most_lists;
    if (enough || counts->gave_up) {
      break;
    }
    const Probe probe = order->next();
    const std::int32_t after = order->peek();
    const std::uint64_t changes = found->changes();
    const SearchCounts before = *counts;
    scan.kth = found->full() ? found->kth_estimate() : -std::numeric_limits<float>::infinity();
    if (has_set) {
      const bool dense = found->full() && stop.match_rate() >= kDense;
      scan.test = dense ? BlockTest::kCodesFirst : BlockTest::kSetFirst;
    }
    VECEXT_TRY(scan_list(scan, store, model.entries[probe.list],
                         after < 0 ? nullptr : &model.entries[after],
                         terms_of(model, query, probe, query_squared)));
    ++counts->lists;
    stop.looked_at(probe, scan.kth, before, *counts, found->changes() != changes);
  }
  if (limits.noted != nullptr) {
    note_found(found, stop.effort(), limits.noted);
  }
  return {};
}

}  // namespace vecext::ivf
