#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "core/score/fused_rows.h"

namespace vecext::fused_rows_test {

namespace {

/// A row of a list: what it is, and its place among equal scores.
struct Row {
  int id;
  int key;
};

using Lists = std::vector<std::vector<Row>>;

struct Fused {
  std::vector<ListedRow<Row>> listed;
  std::vector<FusedRow<Row>> rows;
  int polls;
};

int compare_id(const Row& a, const Row& b) {
  return a.id - b.id;
}

int compare_key(const Row& a, const Row& b) {
  return a.key - b.key;
}

/// A hit adds 1 / (rank + 1), ranks from 0.
Fused fuse(const Lists& lists) {
  Fused fused{};
  for (std::size_t list = 0; list < lists.size(); ++list) {
    for (std::size_t rank = 0; rank < lists[list].size(); ++rank) {
      fused.listed.push_back({.row = &lists[list][rank],
                              .term = 1 / (static_cast<double>(rank) + 1),
                              .list = static_cast<std::int32_t>(list),
                              .rank = static_cast<std::int32_t>(rank)});
    }
  }
  // Rows come in whatever order.
  std::mt19937 random{7};
  std::shuffle(fused.listed.begin(), fused.listed.end(), random);
  fused.rows.resize(fused.listed.size());
  const auto poll = [&] { ++fused.polls; };
  fused.rows.resize(sum_by_row(std::span{fused.listed}, compare_id, poll, fused.rows.data()));
  best_rows(std::span{fused.rows}, fused.rows.size(), compare_key, poll);
  return fused;
}

std::vector<int> ids_of(const Fused& fused) {
  std::vector<int> ids;
  for (const FusedRow<Row>& row : fused.rows) {
    ids.push_back(row.row().id);
  }
  return ids;
}

}  // namespace

TEST_CASE("fused rows: terms of the same row are summed, places in lists are kept") {
  const Lists lists{{{1, 1}, {2, 2}, {3, 3}}, {{3, 3}, {1, 1}, {4, 4}}, {}};
  const Fused fused = fuse(lists);
  CHECK(ids_of(fused) == std::vector<int>{1, 3, 2, 4});
  CHECK(fused.rows[0].score == 1.5);
  CHECK(fused.rows[1].score == 1 / 3. + 1);
  CHECK(fused.rows[2].score == .5);
  const auto third = fused.rows[1].listed;
  REQUIRE(third.size() == 2);
  CHECK(third[0].list == 0);
  CHECK(third[0].rank == 2);
  CHECK(third[1].list == 1);
  CHECK(third[1].rank == 0);
  CHECK(third[0].row == &lists[0][2]);
  CHECK(fused.polls > 0);
  CHECK(fuse({}).rows.empty());
}

TEST_CASE("fused rows: the comparison decides between equal scores, not what rows are") {
  CHECK(ids_of(fuse({{{1, 9}}, {{2, 8}}, {{3, 7}}})) == std::vector<int>{3, 2, 1});
  CHECK(ids_of(fuse({{{1, 7}}, {{2, 8}}, {{3, 9}}})) == std::vector<int>{1, 2, 3});
}

TEST_CASE("fused rows: sums are those of a map of rows") {
  std::mt19937 random{11};
  for (int round = 0; round < 200; ++round) {
    Lists lists(1 + random() % 5);
    std::map<int, double> sums;
    for (auto& list : lists) {
      std::vector<int> ids(40);
      for (std::size_t i = 0; i < ids.size(); ++i) {
        ids[i] = static_cast<int>(i);
      }
      std::shuffle(ids.begin(), ids.end(), random);
      ids.resize(random() % ids.size());
      for (const int id : ids) {
        list.push_back({.id = id, .key = -id});
        sums[id] += 1 / static_cast<double>(list.size());
      }
    }
    const Fused fused = fuse(lists);
    REQUIRE(fused.rows.size() == sums.size());
    for (std::size_t i = 0; i < fused.rows.size(); ++i) {
      const FusedRow<Row>& row = fused.rows[i];
      REQUIRE(row.score == sums[row.row().id]);
      REQUIRE(
          (i == 0 || fused.rows[i - 1].score > row.score ||
           (fused.rows[i - 1].score == row.score && fused.rows[i - 1].row().id > row.row().id)));
    }
  }
}

TEST_CASE("fused rows: the best of them are the first of all") {
  // Each score is that of two rows, which the comparison puts in order.
  Lists lists(2);
  for (int i = 0; i < 100; ++i) {
    lists[0].push_back({.id = i, .key = -i});
    lists[1].push_back({.id = 100 + i, .key = -100 - i});
  }
  const std::vector<int> all = ids_of(fuse(lists));
  for (const std::size_t wanted : {0U, 1U, 7U, 199U, 200U, 300U}) {
    Fused fused = fuse(lists);
    std::shuffle(fused.rows.begin(), fused.rows.end(), std::mt19937{3});
    const auto best = best_rows(std::span{fused.rows}, wanted, compare_key, [] {});
    REQUIRE(best.size() == std::min(wanted, all.size()));
    for (std::size_t i = 0; i < best.size(); ++i) {
      REQUIRE(best[i].row().id == all[i]);
    }
  }
}

TEST_CASE("fused rows: scores that are not a number come last") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto before = [](double a, double b, int ties) {
    return comes_before(a, b, [=] { return ties; });
  };
  CHECK(before(2, 1, 1));
  CHECK(!before(1, 2, -1));
  CHECK(before(1, 1, -1));
  CHECK(!before(1, 1, 0));
  CHECK(before(-1, nan, 1));
  CHECK(!before(nan, -1, -1));
  CHECK(before(nan, nan, -1));
  CHECK(!before(nan, nan, 1));
}

}  // namespace vecext::fused_rows_test
