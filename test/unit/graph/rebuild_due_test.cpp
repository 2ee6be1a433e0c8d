// How often rows are constructed again while an index grows.
#include "core/graph/update/rebuild_due.h"

#include <algorithm>

#include "doctest/doctest.h"

namespace vecext::test::rebuild_due_test {
namespace {

constexpr std::int64_t kOfPage = 30;  // pending rows that come before the next question

/// An index that inserts rebuild when it is due.
struct Growing {
  std::int64_t many;
  PlacedRows rows;
  std::int64_t constructed = 0;
  std::int64_t most_pending = 0;
  bool is_main_put_off = false;

  void insert(std::int64_t n) {
    for (std::int64_t i = 0; i < n; i += kOfPage) {
      rows.pending += kOfPage;
      most_pending = std::max(most_pending, rows.pending);
      if (!is_main_put_off && is_main_due(rows, false)) {
        rows = {rows.main + rows.outside(), 0, 0};
        constructed += rows.main;
      } else if (is_delta_due(rows, many, is_main_put_off)) {
        rows = {rows.main, rows.outside(), 0};
        constructed += rows.delta;
      }
    }
  }
};

TEST_CASE("so many rows wait that a search takes them in its stride") {
  CHECK(many_pending(4) == 16000);
  CHECK(many_pending(100) == 15728);
  CHECK(many_pending(768) == 2048);
  CHECK(many_pending(1536) == kFewRows);
}

TEST_CASE("a growing graph constructs a row two to three times, a large one at most five times") {
  const std::int64_t many = many_pending(100);
  Growing small{many, {0, 0, 0}};
  small.insert(100000);
  CHECK(small.constructed < 270000);
  CHECK(small.most_pending < 5 * many / 4);
  Growing middle{many, {239000, 0, 0}};
  middle.insert(100000);
  CHECK(middle.constructed < 280000);
  Growing large{many, {0, 0, 0}};
  large.insert(2000000);
  CHECK(large.constructed < 5 * 2000000);
  CHECK(large.rows.outside() < large.rows.main / 2);
}

TEST_CASE("a delta graph is not made where the main one is soon to take in all rows") {
  constexpr std::int64_t kMany = 5000;
  CHECK(is_delta_due({12502, 0, 5000}, kMany, false));
  const PlacedRows rows{12500, 0, 5000};
  CHECK(!is_main_due(rows, false));
  CHECK(!is_delta_due(rows, kMany, false));
  CHECK(is_delta_due(rows, kMany, true));
  CHECK(!is_delta_due({20000, 0, 4999}, kMany, true));
  Growing index{kMany, {20000, 0, 0}};
  index.is_main_put_off = true;
  index.insert(100000);
  CHECK(index.rows.main == 20000);
  CHECK(index.rows.delta > 60000);
  CHECK(index.rows.pending <= index.rows.delta / 2);
}

TEST_CASE("few rows and few dead ones never cause a rebuild by VACUUM") {
  CHECK(!is_due_for_vacuum({10000, 0, 1999}, 11999));
  CHECK(is_due_for_vacuum({10000, 0, 2000}, 12000));
  CHECK(!is_due_for_vacuum({100000, 0, 2000}, 102000));
  CHECK(is_due_for_vacuum({100000, 8000, 2000}, 110000));
  CHECK(!is_due_for_vacuum({10000, 0, 0}, 8000));
  CHECK(is_due_for_vacuum({10000, 0, 0}, 7999));
  CHECK(!is_due_for_vacuum({100000, 0, 0}, 80001));
  // The number of living rows is not known.
  CHECK(!is_due_for_vacuum({100000, 0, 0}, INT64_MAX));
}

TEST_CASE("a flat graph takes rows in sooner") {
  CHECK(!is_main_due({10000, 0, 1999}, true));
  CHECK(is_main_due({10000, 0, 2000}, true));
  CHECK(!is_main_due({80000, 0, 9999}, true));
  CHECK(is_main_due({80000, 0, 10000}, true));
  CHECK(!is_main_due({80000, 0, 10000}, false));
}

}  // namespace
}  // namespace vecext::test::rebuild_due_test
