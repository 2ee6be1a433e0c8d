// Lists of rows as one list.
#pragma once

#include "core/score/fused_rows.h"
#include "core/score/fusion.h"
#include "pg/collection/search/hits.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

/// Adds a list, the best row first, to those that are fused. Its scores are better in that order; a
/// row without one is like one of score 0.
template <class Row>
void add_list(const GrowingArray<Row>& rows, ScoreOrder order, int list,
              const Contribution& contribution, GrowingArray<ListedRow<Row>>* listed) {
  const double sign = order == ScoreOrder::kSmallerFirst ? -1 : 1;
  auto* terms = static_cast<double*>(
      palloc_extended(sizeof(double) * static_cast<Size>(rows.count + 1), MCXT_ALLOC_HUGE));
  for (int64 i = 0; i < rows.count; ++i) {
    terms[i] = std::isnan(rows.at[i].score) ? 0 : sign * rows.at[i].score;
  }
  replace_by_terms(contribution, {terms, static_cast<Size>(rows.count)});
  listed->reserve(listed->count + rows.count, CurrentMemoryContext);
  for (int64 i = 0; i < rows.count; ++i) {
    listed->at[listed->count++] = {
        .row = &rows.at[i], .term = terms[i], .list = list, .rank = static_cast<int32>(i)};
  }
  pfree(terms);
}

/// The `wanted` best rows of all lists, the best first. Rows are the same by compare_rows(a, b);
/// those of equal scores are in the order of compare_ties(a, b). The result refers to the lists and
/// to `listed`.
template <class Row, class Compare, class Ties>
std::span<const FusedRow<Row>> fuse_lists(const GrowingArray<ListedRow<Row>>& listed, int64 wanted,
                                          Compare compare_rows, Ties compare_ties) {
  const auto poll = [] { CHECK_FOR_INTERRUPTS(); };
  const auto most = static_cast<Size>(listed.count);
  auto* fused = static_cast<FusedRow<Row>*>(
      palloc_extended(sizeof(FusedRow<Row>) * (most + 1), MCXT_ALLOC_HUGE));
  const Size count = sum_by_row(std::span{listed.at, most}, compare_rows, poll, fused);
  const std::span result{fused, count};
  for (const FusedRow<Row>& row : result) {
    check_fused_score(row.score);
  }
  return best_rows(result, static_cast<Size>(wanted), compare_ties, poll);
}

}  // namespace vecext::pg
