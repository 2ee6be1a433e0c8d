// Compares all pending rows with a query.
#pragma once

#include <algorithm>

#include "core/graph/search/graph_visit.h"

namespace vecext {

/// Returns how far the rounding of factors to fp16 may change scores, for rows that are about as
/// far from the origin as the query. Far from the origin this error is greater than the distances
/// between rows.
inline float origin_rounding(const GraphQuery& query) {
  constexpr double kHalfRounding = 1.0 / 2048;
  constexpr int kFactors = 3;  // the factor a, and the factor b in two terms
  return static_cast<float>(kFactors * kHalfRounding * query.rerank.norm * query.rerank.norm);
}

/// Returns which of up to 32 rows of a page of pending rows to compare, from row `first` on, as
/// bits. They are the rows whose bounds by `terms` are within the limit. If all nodes of a set are
/// compared, they are all rows of the set.
inline std::uint32_t pending_lanes(const GraphSearch& search, const kernel::EstimateTerms& terms,
                                   const std::byte* page, std::int32_t first) {
  const GraphModel& model = search.model;
  const std::int32_t n = std::min(page_head(page)->rows - first, kBlockLanes);
  if (search.reads_whole_set) {
    return search.limits.filter.of(pending_rows(page, model.pending) + first, n) & first_lanes(n);
  }
  if (model.pending.blocks == 0) {
    return first_lanes(n);
  }
  const auto block = pending_block(page, model.pending, first / kBlockLanes);
  kernel::BlockScores scores;
  return first_lanes(n) & kernel::score_block(scored_block(search.query, model, block), terms,
                                              search.found->limit() + origin_rounding(search.query),
                                              &scores);
}

/// Compares the rows of a page of pending rows.
inline Status scan_pending_page(const GraphSearch& search, const std::byte* page) {
  const GraphModel& model = search.model;
  const kernel::EstimateTerms terms = origin_terms(model, search.query, pending_scale(page));
  for (std::int32_t first = 0; first < page_head(page)->rows; first += kBlockLanes) {
    std::uint32_t lanes = pending_lanes(search, terms, page, first);
    for (; lanes != 0; lanes &= lanes - 1) {
      const std::int32_t i = first + __builtin_ctz(lanes);
      const ScoreInterval score =
          rerank_score(model.rerank(), model.metric(), search.query.rerank,
                       pending_vector(page, model.pending, i), model.dims());
      if (!accept_row(search, pending_rows(page, model.pending)[i], score)) {
        return out_of_memory();
      }
    }
  }
  return {};
}

/// Compares the rows of a chain of pending rows whose first page is `first`.
template <PageStore S>
Status scan_pending_chain(S& store, const GraphSearch& search, PageId first) {
  const GraphModel& model = search.model;
  return read_chain(store, first, [&](PageId, const std::byte* bytes) -> Status {
    VECEXT_TRY(check_pending_page(bytes, model.pending));
    if (const PageId next = page_head(bytes)->next; next != kNoPage) {
      const bool has_codes = model.pending.blocks > 0;
      store.prefetch(next, 0,
                     has_codes ? kPayloadOffset + model.pending.vectors_offset() : kPageSize);
    }
    ++search.counts->pages;
    search.counts->scored += page_head(bytes)->rows;
    return scan_pending_page(search, bytes);
  });
}

/// Compares all pending rows, and the rows of the private chains that limits.privates names.
template <PageStore S>
Status scan_pending(S& store, const GraphSearch& search) {
  Status status = scan_pending_chain(store, search, search.model.meta.pending);
  for (const PageId first : search.limits.privates) {
    if (status.ok() && first != kNoPage) {
      status = scan_pending_chain(store, search, first);
    }
  }
  return status;
}

}  // namespace vecext
