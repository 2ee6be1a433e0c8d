// The tree of keys against a set of rows in memory.
#include "core/key_tree/key_tree.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/key_tree/key_verify.h"
#include "core/key_tree/key_write.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::key_tree_test {
namespace {

using Rows = std::set<std::pair<std::uint32_t, std::uint64_t>>;

Rows::value_type pair_of(const KeyedRow& row) {
  // No reference to a field that need not be aligned.
  const std::uint32_t key = row.key;
  return {key, row.row.packed()};
}

PageId write(test::MemoryStore& store, std::vector<KeyedRow> rows) {
  std::sort(rows.begin(), rows.end());
  KeyTreeWriter writer(store);
  PageId at = kNoPage;
  REQUIRE(writer.begin(&at).ok());
  for (const KeyedRow& row : rows) {
    REQUIRE(writer.add(row).ok());
  }
  REQUIRE(writer.finish().ok());
  return at;
}

KeyedRow row_of(std::uint32_t key, std::uint32_t i) {
  return {key, {i / 50, static_cast<std::uint16_t>(1 + i % 50)}};
}

/// Rows in random order, of keys of which the first is more frequent than all others.
std::vector<KeyedRow> some_rows(std::uint64_t seed, std::uint32_t n, std::uint64_t keys) {
  Random random(seed);
  std::vector<KeyedRow> rows;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto key = static_cast<std::uint32_t>(random.below(keys) * 2654435761u);
    rows.push_back(row_of(random.below(3) == 0 ? 77 : key, i));
  }
  for (std::size_t i = rows.size(); i > 1; --i) {
    std::swap(rows[i - 1], rows[random.below(i)]);
  }
  return rows;
}

const char* fault(test::MemoryStore& store, PageId at, Rows* rows) {
  VerifyFinding finding;
  const auto collect = [](void* all, const KeyedRow& row) {
    CHECK(static_cast<Rows*>(all)->insert(pair_of(row)).second);
  };
  const Status status = verify_keys(store, at, {collect, rows}, &finding);
  return status.ok() ? finding.what : "an error";
}

std::vector<std::uint64_t> found(test::MemoryStore& store, PageId at, std::uint32_t key) {
  test::TestArena memory;
  RowList list(memory);
  REQUIRE(find_key_rows(store, at, key, &list).ok());
  REQUIRE(list.sort());
  std::vector<std::uint64_t> rows;
  for (std::size_t i = 0; i < list.count(); ++i) {
    rows.push_back(list.row(i).packed());
  }
  return rows;
}

/// Is what the tree has, and finds, what is expected?
void check(test::MemoryStore& store, PageId at, const Rows& expected) {
  Rows all;
  CHECK(fault(store, at, &all) == nullptr);
  CHECK(all == expected);
  std::set<std::uint32_t> keys{1, 0xFFFFFFFF};
  for (const auto& [key, row] : expected) {
    keys.insert(key);
  }
  for (const std::uint32_t key : keys) {
    std::vector<std::uint64_t> rows;
    for (auto i = expected.lower_bound({key, 0}); i != expected.end() && i->first == key; ++i) {
      rows.push_back(i->second);
    }
    REQUIRE(found(store, at, key) == rows);
  }
}

Rows set_of(const std::vector<KeyedRow>& rows) {
  Rows set;
  for (const KeyedRow& row : rows) {
    set.insert(pair_of(row));
  }
  return set;
}

TEST_CASE("keys: a tree that is written has what it was given") {
  for (const std::uint32_t n : {0u, 1u, 700u, 729u, 730u, 50'000u, 400'000u}) {
    test::MemoryStore store;
    const auto rows = some_rows(n, n, 300);
    check(store, write(store, rows), set_of(rows));
  }
}

TEST_CASE("keys: inserted rows are found, in an empty tree and in a written one") {
  for (const std::uint32_t written : {0u, 1000u, 379'000u}) {
    test::MemoryStore store;
    const auto rows = some_rows(5 + written, 60'000, 1000);
    const PageId at = write(store, some_rows(3, written, 500));
    Rows expected = set_of(some_rows(3, written, 500));
    for (KeyedRow row : rows) {
      row.row.page += 100'000;
      REQUIRE(insert_key_row(store, at, row).ok());
      expected.insert(pair_of(row));
    }
    check(store, at, expected);
  }
}

TEST_CASE("keys: rows that come in order, or from the end, or all of one key") {
  const int orders = 3;
  for (int order = 0; order < orders; ++order) {
    test::MemoryStore store;
    const PageId at = write(store, {});
    Rows expected;
    const std::uint32_t n = 20'000;
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t key = order == 2 ? 9 : (order == 0 ? i : n - i) / 7;
      REQUIRE(insert_key_row(store, at, row_of(key, i)).ok());
      expected.insert(pair_of(row_of(key, i)));
    }
    check(store, at, expected);
  }
}

TEST_CASE("keys: dead rows go, others stay") {
  test::MemoryStore store;
  const auto rows = some_rows(8, 30'000, 40);
  const PageId at = write(store, rows);
  Rows expected;
  for (const KeyedRow& row : rows) {
    if (row.row.line % 3 != 0) {
      expected.insert(pair_of(row));
    }
  }
  const auto is_dead = [](void*, RowId row) { return row.line % 3 == 0; };
  RemovedRows removed{is_dead, nullptr, 0, 0};
  PageId page;
  REQUIRE(first_key_leaf(store, at, &page).ok());
  while (page != kNoPage) {
    REQUIRE(remove_key_rows(store, &page, &removed).ok());
  }
  CHECK(removed.removed == static_cast<std::int64_t>(rows.size() - expected.size()));
  check(store, at, expected);
}

TEST_CASE("keys: a server that stops between two changes loses no row") {
  const auto rows = some_rows(4, 3'000, 100'000);
  for (int stop = 2'900; stop < 3'000; ++stop) {
    test::MemoryStore store;
    const PageId at = write(store, {});
    Rows expected;
    store.stop_after(stop);
    for (const KeyedRow& row : rows) {
      if (store.commits_left() == 0) {
        break;
      }
      REQUIRE(insert_key_row(store, at, row).ok());
      expected.insert(pair_of(row));
    }
    // The rest comes after the crash.
    store.stop_after(1 << 30);
    for (const KeyedRow& row : rows) {
      if (expected.insert(pair_of(row)).second) {
        REQUIRE(insert_key_row(store, at, row).ok());
      }
    }
    check(store, at, expected);
  }
}

TEST_CASE("keys: a leaf that the level above does not know of yet is found") {
  // A split is two changes: stop after the first one.
  test::MemoryStore store;
  std::vector<KeyedRow> rows;
  for (std::uint32_t i = 0; i < 2 * kLeafRows; ++i) {
    rows.push_back(row_of(i, i));
  }
  const PageId at = write(store, rows);
  Rows expected = set_of(rows);
  for (std::uint32_t i = 0; i < kLeafRows; ++i) {
    store.stop_after(1);
    const KeyedRow row = row_of(i, 1'000'000 + i);
    REQUIRE(insert_key_row(store, at, row).ok());
    expected.insert(pair_of(row));
  }
  store.stop_after(1 << 30);
  check(store, at, expected);
}

TEST_CASE("keys: damaged pages are refused") {
  test::MemoryStore store;
  const auto rows = some_rows(6, 20'000, 1000);
  const PageId at = write(store, rows);
  Rows ignored;
  SUBCASE("links in a circle") {
    PageId first;
    REQUIRE(first_key_leaf(store, at, &first).ok());
    page_head(store.bytes(first))->next = first;
    CHECK(fault(store, at, &ignored) != nullptr);
    test::TestArena memory;
    RowList list(memory);
    // Beyond all keys of the first leaf there is no way out of it.
    CHECK(find_key_rows(store, at, KeyPage<std::byte>{store.bytes(first)}.head()->high.key, &list)
              .code == StatusCode::kCorrupt);
  }
  SUBCASE("a child that is none") {
    KeyRoot root;
    REQUIRE(read_key_root(store, at, &root).ok());
    KeyPage<std::byte>{store.bytes(root.root)}.children()[0].child = root.root;
    CHECK(fault(store, at, &ignored) != nullptr);
    CHECK(insert_key_row(store, at, row_of(0, 1)).code == StatusCode::kCorrupt);
  }
  SUBCASE("a row in the wrong leaf") {
    PageId first;
    REQUIRE(first_key_leaf(store, at, &first).ok());
    KeyPage<std::byte>{store.bytes(first)}.keys()[3] = 0xFFFFFFFF;
    CHECK(fault(store, at, &ignored) != nullptr);
  }
  SUBCASE("a line that no page of a table has") {
    PageId first;
    REQUIRE(first_key_leaf(store, at, &first).ok());
    KeyPage<std::byte>{store.bytes(first)}.rows()[3].line = RowList::kMostLine + 1;
    CHECK(fault(store, at, &ignored) != nullptr);
  }
  SUBCASE("a row that a leaf has so often that it cannot be split") {
    PageId first;
    REQUIRE(first_key_leaf(store, at, &first).ok());
    const KeyPage<std::byte> leaf{store.bytes(first)};
    const KeyedRow least = leaf.row(0);
    const KeyedRow greatest = leaf.row(leaf.count() - 1);
    leaf.set_count(kLeafRows);
    const auto repeat = [&](std::int32_t times) {
      for (std::int32_t i = 0; i < kLeafRows; ++i) {
        leaf.set_row(i, i < times ? least : greatest);
      }
    };
    repeat(kLeafRows / 2 + 1);
    CHECK(fault_of_key_page(leaf.at, 0, kLeastKeyedRow) != nullptr);
    CHECK(insert_key_row(store, at, least).code == StatusCode::kCorrupt);
    repeat(kLeafRows / 2);
    CHECK(fault_of_key_page(leaf.at, 0, kLeastKeyedRow) == nullptr);
    CHECK(insert_key_row(store, at, least).ok());
  }
  SUBCASE("leaves behind the last one") {
    PageId first;
    REQUIRE(first_key_leaf(store, at, &first).ok());
    page_head(store.bytes(first))->next = kNoPage;
    CHECK(fault(store, at, &ignored) != nullptr);
  }
  SUBCASE("a child that begins too low") {
    KeyRoot root;
    REQUIRE(read_key_root(store, at, &root).ok());
    const KeyPage<std::byte> above{store.bytes(root.root)};
    KeyChild* last = above.children() + above.count() - 1;
    // Rows between the two are looked for in a leaf that they are not in.
    last->low = {last[-1].low.key + 1, kLeastKeyedRow.row};
    CHECK(fault(store, at, &ignored) != nullptr);
  }
  SUBCASE("a leaf that is the copy of another, which is the last of the chain") {
    KeyRoot root;
    REQUIRE(read_key_root(store, at, &root).ok());
    const KeyPage<std::byte> above{store.bytes(root.root)};
    const KeyChild* children = above.children();
    std::copy_n(store.bytes(children[1].child), kPageSize,
                store.bytes(children[above.count() - 1].child));
    page_head(store.bytes(children[2].child))->next = kNoPage;
    CHECK(fault(store, at, &ignored) != nullptr);
  }
  SUBCASE("a leaf that is left out by the one before, and by the level above for some rows") {
    KeyRoot root;
    REQUIRE(read_key_root(store, at, &root).ok());
    KeyChild* children = KeyPage<std::byte>{store.bytes(root.root)}.children() + 10;
    page_head(store.bytes(children[0].child))->next = children[2].child;
    children[1].low.key += 1;
    CHECK(fault(store, at, &ignored) != nullptr);
  }
  SUBCASE("a root of a level that cannot be") {
    key_root_of(store.bytes(at))->level = 200;
    CHECK(insert_key_row(store, at, row_of(0, 1)).code == StatusCode::kCorrupt);
  }
}

}  // namespace
}  // namespace vecext::key_tree_test
