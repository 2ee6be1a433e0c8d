// The tree of key columns: pages alone and as a tree, some bytes of which are changed. Look-ups,
// inserts, VACUUM and checking end, within the pages, with an answer or an error; where checking
// finds nothing, with the rows that it has shown.
#include <algorithm>
#include <utility>

#include "core/key_tree/key_verify.h"
#include "damaged_store.h"

namespace vecext::fuzz {
namespace {

using Rows = std::vector<std::pair<std::uint32_t, std::uint64_t>>;  // ascending

Rows::value_type pair_of(const KeyedRow& row) {
  // No reference to a field that need not be aligned.
  const std::uint32_t key = row.key;
  return {key, row.row.packed()};
}

/// Keys with a few rows each, and some with none between them. From the first on, rows ascend.
KeyedRow row_of(std::uint32_t i) {
  return i == 0 ? kLeastKeyedRow
                : KeyedRow{i / 3 * 8, {i / 20, static_cast<std::uint16_t>(1 + i % 20)}};
}

constexpr std::uint32_t kLeafCount = 12;
constexpr std::uint32_t kFewRows = 8;  // of a leaf
constexpr std::uint32_t kInnerCount = 4;
constexpr PageId kRootPage = 1;
constexpr PageId kFirstLeaf = 2;
constexpr PageId kFirstInner = kFirstLeaf + kLeafCount;
constexpr PageId kTop = kFirstInner + kInnerCount;

KeyPage<std::byte> begin_page(test::MemoryStore* pages, PageId page, std::uint32_t level) {
  std::byte* bytes = pages->bytes(page);
  init_key_page(bytes, level);
  return {bytes};
}

/// Links a page with the next one of its level, which begins with `low`.
void link(const KeyPage<std::byte>& page, PageId next, const KeyedRow& low) {
  page_head(page.at)->next = next;
  page.head()->high = low;
}

/// A tree of three levels, of few rows to be fast; one leaf is not known to the level above, as
/// after a crash in a split.
DamagedStore make_tree() {
  test::MemoryStore pages;
  for (PageId page = 0; page <= kTop; ++page) {
    PageId id;
    std::byte* bytes;
    require(pages.add(&id, &bytes).ok());
  }
  init_page(pages.bytes(kRootPage), PageKind::kKeyRoot, 0, 0);
  *key_root_of(pages.bytes(kRootPage)) = {kTop, 2};
  constexpr std::uint32_t kChildren = kLeafCount / kInnerCount;
  const auto top = begin_page(&pages, kTop, 2);
  for (std::uint32_t i = 0; i < kInnerCount; ++i) {
    const auto inner = begin_page(&pages, kFirstInner + i, 1);
    for (std::uint32_t j = 0; j < kChildren; ++j) {
      const std::uint32_t number = i * kChildren + j;
      const auto leaf = begin_page(&pages, kFirstLeaf + number, 0);
      for (std::uint32_t k = 0; k < kFewRows; ++k) {
        leaf.set_row(static_cast<std::int32_t>(k), row_of(number * kFewRows + k));
      }
      leaf.set_count(kFewRows);
      if (number + 1 < kLeafCount) {
        link(leaf, kFirstLeaf + number + 1, row_of((number + 1) * kFewRows));
      }
      if (number != 4) {
        inner.children()[inner.count()] = {row_of(number * kFewRows), kFirstLeaf + number};
        inner.set_count(inner.count() + 1);
      }
    }
    const KeyedRow next = row_of((i + 1) * kChildren * kFewRows);
    if (i + 1 < kInnerCount) {
      link(inner, kFirstInner + i + 1, next);
    }
    top.children()[i] = {row_of(i * kChildren * kFewRows), kFirstInner + i};
    top.set_count(static_cast<std::int32_t>(i + 1));
  }
  return DamagedStore(pages);
}

/// What is asked of a damaged tree.
class Use {
 public:
  explicit Use(DamagedStore* store) : store_(*store) {}

  void run(Input* input, std::uint32_t actions) {
    if ((actions & 1) != 0) {
      verify();
    }
    if ((actions & 2) != 0) {
      find(input->byte());
    }
    if ((actions & 4) != 0) {
      insert(input);
    }
    if ((actions & 8) != 0) {
      remove(input->byte());
    }
    if ((actions & 16) != 0) {
      find(input->byte());
    }
    if ((actions & 32) != 0) {
      verify();
    }
  }

 private:
  void verify() {
    Rows rows;
    VerifyFinding finding;
    const auto collect = [](void* all, const KeyedRow& row) {
      static_cast<Rows*>(all)->push_back(pair_of(row));
    };
    const Status status = verify_keys(store_, kRootPage, {collect, &rows}, &finding);
    const bool is_sound = status.ok() && finding.what == nullptr;
    // A list of rows has each once.
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    // What was sound is sound after all changes, and has what they leave.
    require(!is_sound_ || (is_sound && rows == rows_));
    is_sound_ = is_sound;
    rows_ = std::move(rows);
  }

  void find(std::uint32_t key) {
    ExactMemory memory;
    RowList list(memory);
    const Status status = find_key_rows(store_, kRootPage, key, &list);
    require_answer(is_sound_, status);
    if (!is_sound_) {
      return;
    }
    require(list.sort());
    auto expected = std::lower_bound(rows_.begin(), rows_.end(), Rows::value_type{key, 0});
    for (std::size_t i = 0; i < list.count(); ++i, ++expected) {
      require(expected != rows_.end() && *expected == Rows::value_type{key, list.row(i).packed()});
    }
    require(expected == rows_.end() || expected->first != key);
  }

  void insert(Input* input) {
    const KeyedRow row{input->byte(), {9000 + input->byte(), 1}};
    const Status status = insert_key_row(store_, kRootPage, row);
    require_answer(is_sound_, status);
    if (status.ok()) {
      const auto at = std::lower_bound(rows_.begin(), rows_.end(), pair_of(row));
      if (at == rows_.end() || *at != pair_of(row)) {
        rows_.insert(at, pair_of(row));
      }
    }
  }

  void remove(std::uint32_t line) {
    static std::uint32_t dead;
    dead = line % 21;
    RemovedRows removed{[](void*, RowId row) { return row.line == dead; }, nullptr, 0, 0};
    PageId page;
    Status status = first_key_leaf(store_, kRootPage, &page);
    // VACUUM goes on from page to page, and is cancelled where that does not end.
    for (int i = 0; status.ok() && page != kNoPage && i < 100; ++i) {
      status = remove_key_rows(store_, &page, &removed);
    }
    require_answer(is_sound_, status);
    std::erase_if(rows_, [](const auto& row) { return (row.second & 0xFFFF) == dead; });
  }

  DamagedStore& store_;
  Rows rows_;
  bool is_sound_ = false;  // as far as checking says
};

/// The rows of a leaf, or what the children of a page begin with.
Rows rows_of(const KeyPage<std::byte>& page, std::uint32_t level) {
  Rows rows;
  for (std::int32_t i = 0; i < page.count(); ++i) {
    rows.push_back(pair_of(level == 0 ? page.row(i) : page.children()[i].low));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// Adds to a page of that level, which may split it; requires that nothing is lost if it was sound,
/// which takes longer than all else, if `compares`.
void add(OnePage* left, OnePage* right, std::uint32_t level, const KeyedRow& row, bool compares) {
  const KeyPage<std::byte> page{left->bytes()};
  const KeyPage<std::byte> upper{right->bytes()};
  const bool was_sound =
      compares && fault_of_key_page(left->bytes(), level, kLeastKeyedRow) == nullptr;
  Rows expected;
  bool is_new = false;
  if (was_sound) {
    expected = rows_of(page, level);
    const auto at = std::lower_bound(expected.begin(), expected.end(), pair_of(row));
    is_new = at == expected.end() || *at != pair_of(row);
    expected.insert(at, pair_of(row));
  }
  KeyedRow low = kLeastKeyedRow;
  bool is_split = true;
  if (level > 0 && page.count() < kInnerChildren) {
    add_child(page, {row, 7});
    is_split = false;
  } else if (level > 0) {
    low = split_inner(page, 9, right->bytes(), {row, 7});
  } else if (page.count() < kLeafRows || !split_leaf(page, 9, right->bytes(), row, &low)) {
    return;
  }
  if (!is_new) {
    return;
  }
  Rows all = rows_of(page, level);
  if (is_split) {
    const Rows above = rows_of(upper, level);
    require(all.empty() || above.empty() || all.back() < above.front());
    all.insert(all.end(), above.begin(), above.end());
    require(page.next() == 9);
  }
  require(all == expected);
  // No split gives a page a child below those that it has.
  const bool is_least = level > 0 && row < page.children()[0].low;
  require(is_least || fault_of_key_page(left->bytes(), level, kLeastKeyedRow) == nullptr);
}

/// A page alone, full or not: what its check admits, all that read or change it stay within.
void use_page(Input* input) {
  static OnePage left;
  static OnePage right;
  const std::uint32_t choice = input->byte();
  const std::uint32_t level = choice % 3;
  const std::uint32_t step = input->byte() + 1;
  const std::uint32_t full = level == 0 ? kLeafRows : kInnerChildren;
  const std::uint32_t rows = std::min(full, input->two() % (full + 100) + 1);
  left.begin(PageKind::kKeys, 0, 0, rows);
  const KeyPage<std::byte> page{left.bytes()};
  *page.head() = {kLeastKeyedRow, static_cast<std::uint16_t>(level), 0};
  for (std::uint32_t i = 0; i < rows; ++i) {
    const KeyedRow row{i * step, {i, 1}};
    if (level == 0) {
      page.set_row(static_cast<std::int32_t>(i), row);
    } else {
      page.children()[i] = {row, i};
    }
  }
  const KeyedRow row{input->two(), {input->byte(), 2}};
  change_bytes(input, left.bytes() + 24, kPageSize - 24, 8);
  const std::byte* bytes = left.bytes();
  const KeyPage<const std::byte> shown{bytes};
  static_cast<void>(fault_of_key_page(bytes, level, row));
  if (!check_key_page(bytes, level).ok()) {
    return;
  }
  if (shown.is_beyond(row)) {
    return;  // it belongs to a page to the right
  }
  if (level > 0) {
    static_cast<void>(child_of(shown, row));
  } else {
    ExactMemory memory;
    RowList list(memory);
    require(add_rows_of_key(shown, row.key, &list));
  }
  add(&left, &right, level, row, choice >= 240);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  static DamagedStore tree = make_tree();
  Input input(data, size);
  const std::uint32_t actions = input.byte();
  if (actions >= 128) {
    use_page(&input);
    return 0;
  }
  Input questions(data + std::min<std::size_t>(size, 1),
                  std::min<std::size_t>(size > 0 ? size - 1 : 0, 8));
  input = Input(data + std::min<std::size_t>(size, 9), size - std::min<std::size_t>(size, 9));
  tree.damage(&input, 6, true);
  Use(&tree).run(&questions, actions);
  return 0;
}
