#include "core/filter/row_list.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "core/base/random.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::row_list_test {
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

TEST_CASE("row list: rows added to a list that has given a set") {
  for (const std::uint64_t pages : {1ull, 64ull, 1000ull, 70'000ull}) {
    test::TestArena memory;
    RowList list(memory);
    std::set<std::uint64_t> rows = add_random(pages, pages, 3000, &list);
    const std::vector<std::uint64_t> first(rows.begin(), rows.end());
    CHECK(rows_of(list, memory) == first);
    rows.merge(add_random(pages + 1, pages, 3000, &list));
    const std::vector<std::uint64_t> both(rows.begin(), rows.end());
    CHECK(rows_of(list, memory) == both);
    REQUIRE(list.sort());
    CHECK(list.count() == rows.size());
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

/// Rows of a list, sorted, and the same in order.
struct Sorted {
  Sorted(std::uint64_t seed, std::uint64_t pages, int n, std::size_t room, Arena arena)
      : list(arena, room), rows(add_random(seed, pages, n, &list)) {
    REQUIRE(list.sort());
    CHECK(list.count() == rows.size());
  }

  RowList list;
  std::set<std::uint64_t> rows;
};

TEST_CASE("row list: what two have in common, and what either has, in room for either or not") {
  for (const std::size_t room_of_a : {SIZE_MAX, std::size_t{1200}, std::size_t{100}}) {
    for (const std::size_t room_of_b : {SIZE_MAX, std::size_t{100}}) {
      CAPTURE(room_of_a);
      CAPTURE(room_of_b);
      test::TestArena memory;
      Sorted a(1, 20, 1000, room_of_a, memory);
      Sorted b(2, 25, 1500, room_of_b, memory);
      std::vector<std::uint64_t> expected;
      std::set_union(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(),
                     std::back_inserter(expected));
      REQUIRE(a.list.unite(b.list));
      CHECK(!a.list.is_full());
      CHECK(a.list.count() == expected.size());
      CHECK(rows_of(a.list, memory) == expected);

      Sorted c(1, 20, 1000, room_of_a, memory);
      Sorted d(2, 25, 1500, room_of_b, memory);
      expected.clear();
      std::set_intersection(c.rows.begin(), c.rows.end(), d.rows.begin(), d.rows.end(),
                            std::back_inserter(expected));
      REQUIRE(c.list.intersect(d.list));
      CHECK(c.list.count() == expected.size());
      CHECK(rows_of(c.list, memory) == expected);
    }
  }
}

TEST_CASE("row list: a list restricted to a set keeps rows of the set, in room for them or not") {
  for (const std::size_t room : {SIZE_MAX, std::size_t{100}}) {
    CAPTURE(room);
    test::TestArena memory;
    RowList few(memory);
    const std::set<std::uint64_t> of_set = add_random(1, 20, 300, &few);
    RowBits set(memory);
    REQUIRE(few.fill(&set));
    RowList list(memory, room);
    list.restrict_to(&set);
    REQUIRE(list.expect(4000));
    const std::set<std::uint64_t> rows = add_random(2, 25, 4000, &list);
    const auto together = [](std::size_t i) {
      return RowId{static_cast<std::uint32_t>(3 + i / 100),
                   static_cast<std::uint16_t>(1 + i % 100)};
    };
    REQUIRE(list.add(500, together));
    std::set<std::uint64_t> all = rows;
    for (std::size_t i = 0; i < 500; ++i) {
      all.insert(together(i).packed());
    }
    std::vector<std::uint64_t> expected;
    std::set_intersection(of_set.begin(), of_set.end(), all.begin(), all.end(),
                          std::back_inserter(expected));
    CHECK(list.added() == 4500);
    REQUIRE(list.sort());
    CHECK(list.count() == expected.size());
    CHECK(rows_of(list, memory) == expected);
  }
}

TEST_CASE("row list: more rows than there is room for become bits of their pages") {
  test::TestArena memory;
  RowList list(memory, 500);
  std::set<std::uint64_t> rows;
  for (std::uint64_t pages : {10ull, 40ull, 200ull}) {  // later ones lie beyond the first bits
    rows.merge(add_random(pages, pages, 2000, &list));
  }
  CHECK(!list.is_full());
  CHECK(rows_of(list, memory) == std::vector<std::uint64_t>(rows.begin(), rows.end()));
  list.keep_if([](RowId row) { return row.line % 2 == 0; });
  std::erase_if(rows, [](std::uint64_t row) { return row % 2 != 0; });
  CHECK(list.count() == rows.size());
  CHECK(rows_of(list, memory) == std::vector<std::uint64_t>(rows.begin(), rows.end()));
}

TEST_CASE("row list: lines beyond those of the first bits") {
  test::TestArena memory;
  RowList list(memory, 2);
  for (const std::uint16_t line : {1, 2, 3, 63, 64, 200, 2047}) {
    REQUIRE(list.add({5, line}));
    REQUIRE(list.add({static_cast<std::uint32_t>(line % 7), 1}));
  }
  std::set<std::uint64_t> rows;
  for (const std::uint16_t line : {1, 2, 3, 63, 64, 200, 2047}) {
    rows.insert(RowId{5, line}.packed());
    rows.insert(RowId{static_cast<std::uint32_t>(line % 7), 1}.packed());
  }
  CHECK(rows_of(list, memory) == std::vector<std::uint64_t>(rows.begin(), rows.end()));
}

TEST_CASE("row list: a list of rows that lie too far apart for bits is full") {
  test::TestArena memory;
  RowList list(memory, 500);
  const std::set<std::uint64_t> rows = add_random(7, 4'000'000, 600, &list);
  CHECK(list.is_full());
  CHECK(rows_of(list, memory) == std::vector<std::uint64_t>(rows.begin(), rows.end()));
}

TEST_CASE("row list: a union that there is no room for is full") {
  test::TestArena memory;
  Sorted a(1, 4'000'000, 400, 500, memory);
  Sorted b(2, 4'000'000, 400, 500, memory);
  CHECK(!a.list.is_full());
  REQUIRE(a.list.unite(b.list));
  CHECK(a.list.is_full());
}

}  // namespace
}  // namespace vecext::row_list_test
