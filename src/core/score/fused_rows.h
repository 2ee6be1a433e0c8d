// Joins rows of several lists to one list: the score of a row is the sum of what each list adds to
// it. Callers provide the comparisons, which say what a row is and which order equal scores have,
// and a poll, called at each comparison of rows, which lets the server interrupt. Therefore rows
// are of types without destructors.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vecext {

/// A row as a list has it, and what it adds.
template <class Row>
struct ListedRow {
  const Row* row;
  double term;
  std::int32_t list;
  std::int32_t rank;  // from 0
};

/// A row of the result.
template <class Row>
struct FusedRow {
  std::span<const ListedRow<Row>> listed;  // in the order of lists; at least one
  double score;

  const Row& row() const { return *listed.front().row; }
};

/// True if a score comes before another. Larger scores come first, NaN comes last, and of equal
/// scores the first one comes first if ties() is below 0.
template <class Ties>
bool comes_before(double score, double other, Ties ties) {
  if (std::isnan(score) || std::isnan(other)) {
    return std::isnan(score) != std::isnan(other) ? std::isnan(other) : ties() < 0;
  }
  return score != other ? score > other : ties() < 0;
}

/// Sums the terms of listed rows that are the same by compare(row, row), and returns how many rows
/// there are. `listed` is sorted by row then, and `fused` has room for as many rows. Terms are
/// summed in the order of lists.
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

/// Puts the `wanted` best rows first, in the order of their scores, and returns them. Rows with
/// equal scores are ordered by compare(row, row). No score may be NaN.
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
