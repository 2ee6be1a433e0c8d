// The nodes of a set's rows.
#include "core/graph/format/row_nodes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "core/base/random.h"
#include "core/filter/row_bits.h"
#include "core/page/node_codes_page.h"
#include "memory_store.h"
#include "moved_image.h"

namespace vecext::row_nodes_test {
namespace {

RowNodes row_nodes(const std::vector<RowId>& rows, Arena arena) {
  RowNodes nodes;
  REQUIRE(nodes.fill({rows.data(), static_cast<NodeId>(rows.size())}, arena));
  return nodes;
}

/// The nodes that a set's rows are said to be in.
std::vector<NodeId> marked(const RowNodes& nodes, const RowFilter& set, Arena arena) {
  BitSet marks;
  REQUIRE(nodes.mark(set, arena, &marks));
  std::vector<NodeId> list;
  marks.each([&](std::size_t node) { list.push_back(static_cast<NodeId>(node)); });
  CHECK(list.size() == marks.count());
  return list;
}

/// Rows of pages 0 to 900 and from 5,000 to `end`, one in `lines` of 100 of each; some nodes have
/// no row, some duplicates.
void check_marks(std::uint32_t end, std::uint64_t lines) {
  test::TestArena arena;
  Random random(3);
  std::vector<RowId> rows;
  for (std::uint32_t page = 0; page < end; page += page == 900 ? 4100 : 1) {
    for (std::uint16_t line = 1; line <= 100; ++line) {
      if (random.below(lines) == 0) {
        rows.push_back({page, line});
      }
    }
  }
  for (std::size_t i = rows.size(); i > 1; --i) {
    std::swap(rows[i - 1], rows[random.below(i)]);
  }
  for (std::size_t i = 0; i < rows.size(); i += 9) {
    rows[i] = kNoRow;
  }
  for (std::size_t i = 1; i < rows.size(); i += 7) {
    rows[i].line |= kHasDuplicate;
  }
  const RowNodes nodes = row_nodes(rows, arena);
  REQUIRE(nodes.is_known());
  for (const std::uint64_t one_of : {1, 10, 500}) {
    RowBits set(arena);
    // Pages that no node has a row of, and lines beyond those of nodes, among them.
    for (std::uint32_t page = 0; page < 7000; ++page) {
      std::vector<std::uint16_t> chosen;
      for (std::uint16_t line = 1; line <= 200; ++line) {
        if (random.below(one_of) == 0) {
          chosen.push_back(line);
        }
      }
      if (!chosen.empty()) {
        REQUIRE(set.add(page, chosen.data(), static_cast<std::int32_t>(chosen.size())));
      }
    }
    std::vector<NodeId> expected;
    for (NodeId i = 0; i < rows.size(); ++i) {
      RowId row = rows[i];
      row.line &= static_cast<std::uint16_t>(~kHasDuplicate);
      if (set.contains(row)) {
        expected.push_back(i);
      }
    }
    CHECK(marked(nodes, set.filter(), arena) == expected);
    CHECK(marked(test::moved_image(nodes, &arena), set.filter(), arena) == expected);
  }
  CHECK(marked(nodes, RowBits(arena).filter(), arena).empty());
}

TEST_CASE("row nodes: the nodes of a set's rows are marked, and no others") {
  check_marks(6000, 3);  // of many pages none
  check_marks(900, 1);   // of nearly all lines
  check_marks(33, 1);
}

TEST_CASE("row nodes: a row that several nodes had is in all of them") {
  test::TestArena arena;
  std::vector<RowId> rows;
  for (std::uint16_t i = 0; i < 100; ++i) {
    rows.push_back({3, static_cast<std::uint16_t>(i % 40 + 1)});
  }
  RowBits set(arena);
  const std::uint16_t line = 5;
  REQUIRE(set.add(3, &line, 1));
  const RowNodes nodes = row_nodes(rows, arena);
  CHECK(marked(nodes, set.filter(), arena) == std::vector<NodeId>{4, 44, 84});
  CHECK(marked(test::moved_image(nodes, &arena), set.filter(), arena) ==
        std::vector<NodeId>{4, 44, 84});
}

TEST_CASE("row nodes: nothing is marked where no node has a row") {
  test::TestArena arena;
  RowBits set(arena);
  const std::uint16_t line = 1;
  REQUIRE(set.add(3, &line, 1));
  for (const std::size_t count : {0U, 5U}) {
    const RowNodes nodes = row_nodes(std::vector<RowId>(count, kNoRow), arena);
    CHECK(marked(nodes, set.filter(), arena).empty());
    CHECK(marked(test::moved_image(nodes, &arena), set.filter(), arena).empty());
  }
}

TEST_CASE("row nodes: a row on a page that no table has is skipped") {
  test::TestArena arena;
  const RowNodes nodes = row_nodes({{3, 1}, {kNoPage, 2}, {3, 4}}, arena);
  RowBits set(arena);
  const std::uint16_t lines[] = {1, 4};
  REQUIRE(set.add(3, lines, 2));
  REQUIRE(nodes.is_known());
  CHECK(marked(nodes, set.filter(), arena) == std::vector<NodeId>{0, 2});
}

TEST_CASE("row nodes: of a few rows of a huge table nothing is known") {
  test::TestArena arena;
  CHECK(!row_nodes({{7, 1}, {0xFFFFFFFE, 1}}, arena).is_known());
  const RowNodes none = row_nodes({}, arena);
  CHECK(none.is_known());
  CHECK(marked(none, RowBits(arena).filter(), arena).empty());
}

}  // namespace
}  // namespace vecext::row_nodes_test
