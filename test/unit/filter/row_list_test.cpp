#include "core/filter/row_list.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "core/base/random.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext {
namespace {

std::vector<std::uint64_t> rows_of(RowList& list, Arena arena) {
  RowBits set(arena);
  REQUIRE(list.fill(&set));
  std::vector<std::uint64_t> rows;
  set.each([&](RowId row) { rows.push_back(row.packed()); });
  CHECK(set.count() == static_cast<std::int64_t>(rows.size()));
  return rows;
}

/// A list of random rows, some of them twice, and the same in order.
std::set<std::uint64_t> add_random(std::uint64_t seed, std::uint64_t pages, int n, RowList* list) {
  Random random(seed);
  std::set<std::uint64_t> rows;
  for (int i = 0; i < n; ++i) {
    const RowId row{static_cast<std::uint32_t>(random.below(pages)),
                    static_cast<std::uint16_t>(1 + random.below(291))};
    REQUIRE(list->add(row));
    rows.insert(row.packed());
  }
  return rows;
}

TEST_CASE("row list: rows in any order become a set in the order of pages") {
  for (const std::uint64_t pages : {1ull, 3ull, 1000ull, 3000ull, 70'000ull, 4'000'000'000ull}) {
    test::TestArena memory;
    RowList list(memory);
    const std::set<std::uint64_t> rows = add_random(pages, pages, 3000, &list);
    const std::vector<std::uint64_t> expected(rows.begin(), rows.end());
    CHECK(rows_of(list, memory) == expected);  // sorts it, or does not need to
    REQUIRE(list.sort());
    CHECK(rows_of(list, memory) == expected);
  }
}

TEST_CASE("row list: many rows of few pages are a set without being sorted") {
  for (const std::uint64_t pages : {1ull, 3ull, 64ull, 1000ull}) {
    test::TestArena memory;
    RowList list(memory);
    const std::set<std::uint64_t> rows = add_random(pages, pages, 3000, &list);
    std::vector<std::uint64_t> before;
    for (std::size_t i = 0; i < list.count(); ++i) {
      before.push_back(list.row(i).packed());
    }
    REQUIRE(before.size() == 3000);
    const std::vector<std::uint64_t> expected(rows.begin(), rows.end());
    CHECK(rows_of(list, memory) == expected);
    for (std::size_t i = 0; i < before.size(); ++i) {
      REQUIRE(list.row(i).packed() == before[i]);
    }
    REQUIRE(list.sort());
    CHECK(list.count() == rows.size());
    CHECK(rows_of(list, memory) == expected);
  }
}

TEST_CASE("row list: as many pages as rows, and one more") {
  for (const std::uint32_t last : {2u, 3u, 4u, 63u, 64u}) {
    test::TestArena memory;
    RowList list(memory);
    REQUIRE(list.add({last, 2047}));
    REQUIRE(list.add({0, 64}));
    REQUIRE(list.add({last, 63}));
    REQUIRE(list.add({last, 2047}));
    RowBits set(memory);
    REQUIRE(list.fill(&set));
    CHECK(set.count() == 3);
    CHECK(set.pages() == 2);
    CHECK(set.contains({0, 64}));
    CHECK(set.contains({last, 63}));
    CHECK(set.contains({last, 2047}));
    CHECK(!set.contains({0, 63}));
    CHECK(!set.contains({0, 2047}));
    CHECK(!set.contains({1, 64}));
    CHECK(!set.contains({last, 64}));
  }
}

TEST_CASE("row list: rows added together, and below the last of a sorted list") {
  test::TestArena memory;
  RowList list(memory);
  REQUIRE(list.expect(10));
  REQUIRE(list.add(1000, [](std::size_t i) {
    return RowId{static_cast<std::uint32_t>(9'000'000 - i), 1};
  }));
  CHECK(list.count() == 1000);
  REQUIRE(list.sort());
  CHECK(list.row(0).page == 9'000'000 - 999);
  REQUIRE(list.add({8'999'999, 2}));
  REQUIRE(list.add(0, [](std::size_t) { return RowId{}; }));
  REQUIRE(list.sort());
  CHECK(list.count() == 1001);
  CHECK(list.row(999).packed() == RowId{8'999'999, 2}.packed());
  CHECK(list.row(1000).packed() == RowId{9'000'000, 1}.packed());
}

TEST_CASE("row list: rows in order, and none") {
  test::TestArena memory;
  RowList list(memory);
  REQUIRE(list.sort());
  CHECK(rows_of(list, memory).empty());
  REQUIRE(list.add({0, 1}));
  REQUIRE(list.add({0, 1}));
  REQUIRE(list.add({7, 2}));
  REQUIRE(list.sort());
  CHECK(rows_of(list, memory) ==
        std::vector<std::uint64_t>{RowId{0, 1}.packed(), RowId{7, 2}.packed()});
}

TEST_CASE("row list: what two have in common, and what either has") {
  test::TestArena memory;
  RowList a(memory);
  RowList b(memory);
  RowList either(memory);
  const auto in_a = add_random(1, 20, 1000, &a);
  const auto in_b = add_random(2, 25, 1500, &b);
  add_random(1, 20, 1000, &either);
  REQUIRE(a.sort());
  REQUIRE(b.sort());
  REQUIRE(either.sort());
  REQUIRE(either.unite(b));
  std::vector<std::uint64_t> expected;
  std::set_union(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(), std::back_inserter(expected));
  CHECK(rows_of(either, memory) == expected);
  expected.clear();
  std::set_intersection(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(),
                        std::back_inserter(expected));
  a.intersect(b);
  CHECK(rows_of(a, memory) == expected);
}

}  // namespace
}  // namespace vecext
