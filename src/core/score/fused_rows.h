// Joins the rows of several lists to one list. The score of a row is the sum of what each list that
// has it adds. Callers provide comparisons, which say if two listed rows are the same row, and how
// rows of equal scores are ordered. They also provide a poll, which is called at each comparison of
// rows, so that the server can interrupt the work by an error; therefore rows must be of types
// without destructors.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vecext {

/// A row as one list has it, and what it adds to the row's score.
template <class Row>
struct ListedRow {
  const Row* row;
  double term;
  std::int32_t list;
  std::int32_t rank;  // from 0
};

/// A row of the joined list.
template <class Row>
struct FusedRow {
  std::span<const ListedRow<Row>> listed;  // the row in each list that has it, in the order of
                                           // lists; at least one
  double score;

  const Row& row() const { return *listed.front().row; }
};

/// True if a row with `score` comes before a row with `other`. Larger scores come first, and NaN
/// comes last. If the scores are equal, the first row comes first if ties() is below 0.
template <class Ties>
bool comes_before(double score, double other, Ties ties) {
  if (std::isnan(score) || std::isnan(other)) {
    return std::isnan(score) != std::isnan(other) ? std::isnan(other) : ties() < 0;
  }
  return score != other ? score > other : ties() < 0;
}

/// Makes one row of all listed rows for which compare(row, row) returns 0, and sums up what they
/// add, in the order of lists. Returns how many rows there are. `fused` must have room for as many
/// rows as `listed` has. `listed` is sorted by row afterwards.
template <class Row, class Compare, class Poll>
std::size_t sum_by_row(std::span<ListedRow<Row>> listed, Compare compare, Poll poll,
                       FusedRow<Row>* fused) {
  std::sort(listed.begin(), listed.end(), [&](const ListedRow<Row>& a, const ListedRow<Row>& b) {
    poll();
    const int order = compare(*a.row, *b.row);
    return order != 0 ? order < 0 : a.list != b.list ? a.list < b.list : a.rank < b.rank;
  });
  std::size_t count = 0;
  for (std::size_t i = 0; i < listed.size();) {
    const std::size_t first = i;
    double score = listed[i++].term;
    while (i < listed.size() && compare(*listed[first].row, *listed[i].row) == 0) {
      score += listed[i++].term;
    }
    fused[count++] = {.listed = listed.subspan(first, i - first), .score = score};
  }
  return count;
}

/// Moves the `wanted` best rows to the front, in the order of their scores, and returns them. Rows
/// with equal scores are in the order that compare(row, row) gives. No score may be NaN.
template <class Row, class Compare, class Poll>
std::span<FusedRow<Row>> best_rows(std::span<FusedRow<Row>> fused, std::size_t wanted,
                                   Compare compare, Poll poll) {
  const auto is_before = [&](const FusedRow<Row>& a, const FusedRow<Row>& b) {
    poll();
    return a.score != b.score ? a.score > b.score : compare(a.row(), b.row()) < 0;
  };
  if (wanted < fused.size()) {
    std::nth_element(fused.begin(), fused.begin() + static_cast<std::ptrdiff_t>(wanted),
                     fused.end(), is_before);
    fused = fused.first(wanted);
  }
  std::sort(fused.begin(), fused.end(), is_before);
  return fused;
}

}  // namespace vecext
