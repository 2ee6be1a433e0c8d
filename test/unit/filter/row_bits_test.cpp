#include "core/filter/row_bits.h"

#include "doctest/doctest.h"

#include <random>
#include <set>
#include <vector>

#include "core/base/random.h"
#include "memory_store.h"

namespace vecext::row_bits_test {
namespace {

TEST_CASE("row bits: a set of random rows says yes to these and to no others") {
  for (const std::uint64_t most_lines : {30, 63, 64, 291}) {
    test::TestArena memory;
    RowBits bits(memory);
    Random random(7);
    std::set<std::uint64_t> expected;
    for (std::uint32_t page = 0; page < 5000;
         page += static_cast<std::uint32_t>(1 + random.below(page < 1000 ? 3 : 300))) {
      std::set<std::uint16_t> drawn;
      for (std::uint64_t left = 1 + random.below(20); left > 0; --left) {
        drawn.insert(static_cast<std::uint16_t>(1 + random.below(most_lines)));
      }
      const std::vector<std::uint16_t> lines(drawn.begin(), drawn.end());
      for (const std::uint16_t line : lines) {
        expected.insert(RowId{page, line}.packed());
      }
      REQUIRE(bits.add(page, lines.data(), static_cast<std::int32_t>(lines.size())));
    }
    CHECK(bits.count() == static_cast<std::int64_t>(expected.size()));
    std::size_t found = 0;
    for (std::uint32_t page = 0; page < 6000; ++page) {
      for (std::uint16_t line = 0; line < 700; ++line) {
        const bool is_in = bits.contains({page, line});
        found += is_in ? 1 : 0;
        if (is_in != (expected.count(RowId{page, line}.packed()) == 1)) {
          FAIL("row " << page << ", " << line);
        }
      }
    }
    CHECK(found == expected.size());
    CHECK(!bits.contains(kNoRow));
    std::vector<std::uint64_t> visited;
    bits.each([&](RowId row) { visited.push_back(row.packed()); });
    CHECK(visited == std::vector<std::uint64_t>(expected.begin(), expected.end()));
  }
}

TEST_CASE("row bits: a copy has the same rows") {
  for (const std::uint32_t pages : {0, 1, 31, 32, 700}) {
    test::TestArena memory;
    RowBits bits(memory);
    for (std::uint32_t page = 0; page < pages; ++page) {
      const std::uint16_t lines[] = {1, static_cast<std::uint16_t>(2 + page % 300)};
      REQUIRE(bits.add(3 * page, lines, 2));
    }
    RowBits copy(memory);
    REQUIRE(copy.copy(bits));
    CHECK(copy.count() == bits.count());
    CHECK(copy.pages() == bits.pages());
    std::vector<std::uint64_t> of_copy;
    std::vector<std::uint64_t> expected;
    copy.each([&](RowId row) { of_copy.push_back(row.packed()); });
    bits.each([&](RowId row) { expected.push_back(row.packed()); });
    CHECK(of_copy == expected);
    CHECK(copy.contains({0, 1}) == (pages > 0));
    CHECK(!copy.contains({3 * pages, 1}));
  }
}

TEST_CASE("row bits: a filter says of many rows what the set says of each, while it grows") {
  test::TestArena memory;
  RowBits bits(memory);
  Random random(8);
  for (std::uint32_t page = 1; page < 40000; page += static_cast<std::uint32_t>(random.below(90))) {
    const auto line = static_cast<std::uint16_t>(1 + random.below(100));
    REQUIRE(bits.add(page++, &line, 1));
    RowId rows[RowFilter::kMostAsked];
    const auto n = static_cast<std::int32_t>(1 + random.below(RowFilter::kMostAsked));
    std::uint32_t expected = 0;
    for (std::int32_t i = 0; i < n; ++i) {
      rows[i] = {page - static_cast<std::uint32_t>(random.below(200)), line};
      rows[i] = random.below(4) == 0 ? kNoRow : rows[i];
      expected |= std::uint32_t{bits.contains(rows[i])} << i;
    }
    if (bits.filter().of(rows, n) != expected) {
      FAIL("page " << page);
    }
  }
}

TEST_CASE("row bits: a whole page has every line") {
  test::TestArena memory;
  RowBits bits(memory);
  const std::uint16_t line = 3;
  REQUIRE(bits.add(0, &line, 1));
  REQUIRE(bits.add_whole(9, 100));
  CHECK(bits.count() == 1 + 100);
  CHECK(bits.contains({9, 1}));
  CHECK(bits.contains({9, 100}));
  CHECK(!bits.contains({9, 101}));
  CHECK(!bits.contains({9, 0}));
  CHECK(!bits.contains({8, 1}));
  CHECK(!bits.contains({0, 1}));
}

TEST_CASE("row bits: a filter answers for 32 rows at once") {
  test::TestArena memory;
  RowBits bits(memory);
  const std::uint16_t lines[] = {2, 5, 64};
  REQUIRE(bits.add(70, lines, 3));
  RowId rows[32];
  for (std::uint16_t i = 0; i < 32; ++i) {
    rows[i] = {70, i};
  }
  rows[31] = {70, 64};
  const RowFilter filter = bits.filter();
  CHECK(filter.of(rows, 32) == (1u << 2 | 1u << 5 | 1u << 31));
  CHECK(filter.set_rows == 3);
  CHECK(filter.may_match({70, 5}));
  CHECK(RowFilter{}.may_match({70, 1}));
}

TEST_CASE("row bits: an empty set has nothing") {
  test::TestArena memory;
  RowBits bits(memory);
  CHECK(bits.count() == 0);
  CHECK(!bits.contains({0, 1}));
  CHECK(!bits.filter().may_match({0, 1}));
  bits.each([](RowId) { FAIL("a row"); });
}

TEST_CASE("row bits: lines come in parts as at once") {
  std::mt19937 random(17);
  for (int turn = 0; turn < 50; ++turn) {
    test::TestArena arena;
    RowBits set(arena);
    std::uint32_t page = 0;
    const int pages = static_cast<int>(random() % 60);
    for (int i = 0; i < pages; ++i) {
      page += 1 + random() % 3;
      std::vector<std::uint16_t> lines;
      for (std::uint16_t line = 1; line < 200; ++line) {
        if (random() % 20 == 0) {
          lines.push_back(line);
        }
      }
      if (!lines.empty()) {
        REQUIRE(set.add(page, lines.data(), static_cast<std::int32_t>(lines.size())));
      }
    }
    const RowFilter filter = set.filter();
    std::vector<RowLines> whole;
    filter.each(filter.set, &whole, [](void* context, const RowLines& lines) {
      static_cast<std::vector<RowLines>*>(context)->push_back(lines);
    });
    std::vector<RowLines> parts;
    RowLines some[7];
    std::size_t at = 0;
    while (const std::size_t n = filter.list(filter.set, &at, some, 1 + random() % 7)) {
      parts.insert(parts.end(), some, some + n);
    }
    REQUIRE(parts.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      CHECK(parts[i].page == whole[i].page);
      CHECK(parts[i].first == whole[i].first);
      CHECK(parts[i].lines == whole[i].lines);
    }
  }
}

}  // namespace
}  // namespace vecext::row_bits_test
