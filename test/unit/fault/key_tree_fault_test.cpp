// Trees of keys whose changes stop at every call of the store, or after every one of their records,
// and ones with lost, old and damaged pages.
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/key_tree/key_verify.h"
#include "core/key_tree/key_write.h"
#include "fault/faults.h"

namespace vecext::test::key_tree_fault_test {
namespace {

using Rows = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

constexpr PageId kRootPage = 1;

Rows::value_type pair_of(const KeyedRow& row) {
  const std::uint32_t key = row.key;
  return {key, row.row.packed()};
}

KeyedRow row_of(std::uint32_t key, std::uint16_t line) {
  return {key, {1 + key / 100, line}};
}

bool is_dead(void*, RowId row) {
  return row.line == 2;
}

/// What checking says; the rows that it shows, ascending.
const char* wrong(MemoryStore& store, Rows* rows) {
  rows->clear();
  VerifyFinding finding;
  const auto collect = [](void* all, const KeyedRow& row) {
    static_cast<Rows*>(all)->push_back(pair_of(row));
  };
  const Status status = verify_keys(store, kRootPage, {collect, rows}, &finding);
  std::sort(rows->begin(), rows->end());
  return status.ok() ? finding.what : "an error";
}

Status find(MemoryStore& store, std::uint32_t key, Rows* rows) {
  TestArena memory;
  RowList list(memory);
  const Status status = find_key_rows(store, kRootPage, key, &list);
  if (status.ok() && list.sort()) {
    for (std::size_t i = 0; i < list.count(); ++i) {
      rows->push_back({key, list.row(i).packed()});
    }
  }
  return status;
}

Status vacuum(MemoryStore& store) {
  RemovedRows removed{is_dead, nullptr, 0, 0};
  PageId page;
  Status status = first_key_leaf(store, kRootPage, &page);
  for (PageId i = 0; status.ok() && page != kNoPage && i < store.pages(); ++i) {
    status = remove_key_rows(store, &page, &removed);
  }
  return status;
}

/// A tree with a full page above its leaves, so that a split of the leaf of key kFullKey goes up to
/// a new root. Others have a row for each of two lines.
constexpr std::uint32_t kLeaves = kInnerChildren;
constexpr std::uint32_t kFullLeaf = 300;
constexpr std::uint32_t kKeysOfLeaf = 1000;
constexpr std::uint32_t kFullKey = kFullLeaf * kKeysOfLeaf + 500;

void make_tree(MemoryStore* store) {
  for (PageId page = 0; page < 3 + kLeaves; ++page) {
    PageId id;
    std::byte* bytes;
    REQUIRE(store->add(&id, &bytes).ok());
  }
  init_page(store->bytes(kRootPage), PageKind::kKeyRoot, 0, 0);
  *key_root_of(store->bytes(kRootPage)) = {2, 1};
  init_key_page(store->bytes(2), 1);
  const KeyPage<std::byte> above{store->bytes(2)};
  for (std::uint32_t i = 0; i < kLeaves; ++i) {
    const PageId page = 3 + i;
    init_key_page(store->bytes(page), 0);
    const KeyPage<std::byte> leaf{store->bytes(page)};
    const std::uint32_t first = i * kKeysOfLeaf;
    const std::int32_t rows = i == kFullLeaf ? kLeafRows : 4;
    for (std::int32_t j = 0; j < rows; ++j) {
      leaf.set_row(j, row_of(first + static_cast<std::uint32_t>(j) + 1,
                             static_cast<std::uint16_t>(1 + j % 2)));
    }
    leaf.set_count(rows);
    if (i + 1 < kLeaves) {
      page_head(store->bytes(page))->next = page + 1;
      leaf.head()->high = {first + kKeysOfLeaf, kLeastKeyedRow.row};
    }
    above.children()[i] = {i == 0 ? kLeastKeyedRow : KeyedRow{first, kLeastKeyedRow.row}, page};
  }
  above.set_count(kLeaves);
}

/// A smaller one: three leaves, of which the first is full.
void make_small_tree(MemoryStore* store) {
  PageId at;
  std::byte* bytes;
  REQUIRE(store->add(&at, &bytes).ok());
  KeyTreeWriter writer(*store);
  REQUIRE(writer.begin(&at).ok());
  REQUIRE(at == kRootPage);
  for (std::uint32_t i = 0; i < 1600; ++i) {
    REQUIRE(writer.add(row_of(10 * i, static_cast<std::uint16_t>(1 + i % 3))).ok());
  }
  REQUIRE(writer.finish().ok());
  for (std::uint32_t i = 0; i < kLeafRows / 10; ++i) {
    REQUIRE(insert_key_row(*store, at, row_of(10 * i + 1, 1)).ok());
  }
}

/// The tree is sound, has all rows of `least` and no others than those of `most`, and goes on.
void check_lives(MemoryStore& store, const Rows& least, const Rows& most) {
  Rows rows;
  const char* what = wrong(store, &rows);
  REQUIRE_MESSAGE(what == nullptr, what);
  REQUIRE(std::includes(rows.begin(), rows.end(), least.begin(), least.end()));
  REQUIRE(std::includes(most.begin(), most.end(), rows.begin(), rows.end()));
  const KeyedRow later = row_of(kFullKey, 77);
  REQUIRE(insert_key_row(store, kRootPage, later).ok());
  Rows found;
  REQUIRE(find(store, kFullKey, &found).ok());
  REQUIRE(std::binary_search(found.begin(), found.end(), pair_of(later)));
  for (const std::uint32_t key : {1u, kFullKey - 1, kFullKey + 1}) {
    found.clear();
    REQUIRE(find(store, key, &found).ok());
    const auto from = std::lower_bound(rows.begin(), rows.end(), Rows::value_type{key, 0});
    const auto end = std::lower_bound(rows.begin(), rows.end(), Rows::value_type{key + 1, 0});
    REQUIRE(found == Rows(from, end));
  }
}

Rows with(Rows rows, const KeyedRow& row) {
  rows.insert(std::lower_bound(rows.begin(), rows.end(), pair_of(row)), pair_of(row));
  return rows;
}

TEST_CASE("faults: a tree of keys loses nothing where a call fails") {
  MemoryStore store;
  make_tree(&store);
  Rows before;
  REQUIRE(wrong(store, &before) == nullptr);
  const KeyedRow row = row_of(kFullKey, 9);
  const auto nothing = [] {};
  int failed = with_faults(
      store, nothing, [&] { return insert_key_row(store, kRootPage, row); },
      [&] { check_lives(store, before, with(before, row)); });
  CHECK(failed >= 15);
  MemoryStore small;
  make_small_tree(&small);
  REQUIRE(wrong(small, &before) == nullptr);
  Rows living;
  std::copy_if(before.begin(), before.end(), std::back_inserter(living),
               [](const auto& pair) { return (pair.second & 0xFFFF) != 2; });
  failed = with_faults(
      small, nothing, [&] { return vacuum(small); },
      [&] {
        check_lives(small, living, before);
        REQUIRE(vacuum(small).ok());
        Rows rows;
        REQUIRE(wrong(small, &rows) == nullptr);
        CHECK(rows == with(living, row_of(kFullKey, 77)));
      });
  CHECK(failed >= 10);
}

TEST_CASE("faults: building a tree of keys ends where a call fails") {
  int failed = 0;
  for (const Fault& fault : kFaults) {
    for (int n = 0;; n += n < kAllCalls ? 1 : 200) {
      MemoryStore store;
      store.fail_after(n, fault.calls, fault.is_once);
      KeyTreeWriter writer(store);
      PageId at;
      Status status = writer.begin(&at);
      for (std::uint32_t i = 0; status.ok() && i < 1500; ++i) {
        status = writer.add(row_of(i, 1));
      }
      if (status.ok()) {
        status = writer.finish();
      }
      const bool has_failed = store.mend();
      REQUIRE(status.ok() == !has_failed);
      if (!has_failed) {
        break;
      }
      ++failed;
    }
  }
  CHECK(failed > 50);
}

TEST_CASE("faults: a tree of keys of which a server has written the first records only") {
  MemoryStore store;
  make_tree(&store);
  Rows before;
  REQUIRE(wrong(store, &before) == nullptr);
  const KeyedRow row = row_of(kFullKey, 9);
  const std::vector<Page> sound = store.copy();
  int records = 0;
  for (bool is_whole = false; !is_whole; ++records) {
    CAPTURE(records);
    store.restore(sound);
    store.stop_after(records);
    REQUIRE(insert_key_row(store, kRootPage, row).ok());
    is_whole = store.commits_left() > 0;
    store.stop_after(1 << 30);
    check_lives(store, before, with(before, row));
  }
  CHECK(records > 4);  // a leaf, the page above, the root
}

/// What is asked of a damaged tree ends; if checking finds nothing, its rows are found.
void ask(MemoryStore& store) {
  Rows rows;
  Rows found;
  const bool is_sound = wrong(store, &rows) == nullptr;
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  for (const std::uint32_t key : {0u, 11u, 7000u, 15990u}) {
    const Status status = find(store, key, &found);
    const bool is_right = status.ok() || status.code == StatusCode::kCorrupt;
    REQUIRE((is_sound ? status.ok() : is_right));
  }
  if (is_sound) {
    Rows of_keys;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(of_keys), [](const auto& pair) {
      return pair.first == 0 || pair.first == 11 || pair.first == 7000 || pair.first == 15990;
    });
    CHECK(found == of_keys);
  }
  static_cast<void>(insert_key_row(store, kRootPage, row_of(12, 9)));
  static_cast<void>(vacuum(store));
}

TEST_CASE("faults: lost and old pages, and flipped bits, of a tree of keys") {
  MemoryStore store;
  make_small_tree(&store);
  const std::vector<Page> before = store.copy();
  REQUIRE(insert_key_row(store, kRootPage, row_of(12, 8)).ok());
  REQUIRE(store.size() > before.size());  // a leaf was split
  const std::vector<Page> after = store.copy();
  // A page whose last write is lost.
  for (PageId page = 0; page < before.size(); ++page) {
    CAPTURE(page);
    store.restore(after);
    std::copy(before[page].begin(), before[page].end(), store.bytes(page));
    ask(store);
  }
  store.restore(after);
  CHECK(with_lost_pages(store, [&] { ask(store); }) > 10);
  CHECK(with_flipped_bits(store, [&] { ask(store); }) > 300);
}

}  // namespace
}  // namespace vecext::test::key_tree_fault_test
