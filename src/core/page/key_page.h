// Pages of the tree of key columns (core/key_tree): the root page, which leads to the tree, and the
// pages of the tree.
//
// kKeyRoot, payload   0         4
//                     | root u4 | level u4 |
//
// kKeys, payload      0         10         12      16
//                     | high 10 | level u2 | 0 u4  | entries … (head: `rows` of them)
//
//   leaf (level 0)    16              3256
//                     | 810 × key u4  | 810 × row 6 |      in any order
//   above             16
//                     | 578 × (low 10, child u4) |         ascending
//
// with keyed rows of ten bytes: key u4, row 6. The head's `next` is the page to the right on the
// same level, which has the rows that are not below `high`. On the last page of a level `high` is
// not used.
#pragma once

#include <type_traits>

#include "core/page/page.h"

namespace vecext {

/// A row and the key of one of its columns. Keyed rows are ordered by key, then by row.
struct [[gnu::packed]] KeyedRow {
  std::uint32_t key;
  RowId row;

  friend bool operator<(const KeyedRow& a, const KeyedRow& b) {
    return a.key != b.key ? a.key < b.key : a.row.packed() < b.row.packed();
  }
};
static_assert(sizeof(KeyedRow) == 10);

/// No keyed row is below this one.
inline constexpr KeyedRow kLeastKeyedRow{0, {0, 0}};

/// Where a tree begins. It lies at the start of the root page's payload.
struct KeyRoot {
  PageId root;
  std::uint32_t level;  // level of the root; leaves are at level 0
};
static_assert(sizeof(KeyRoot) == 8);

/// The most levels of a tree, more than any table needs, as a page has up to 578 children.
inline constexpr std::uint32_t kMostKeyLevels = 8;

struct KeyPageHead {
  KeyedRow high;
  std::uint16_t level;
  std::uint32_t unused;
};
static_assert(sizeof(KeyPageHead) == 16 && offsetof(KeyPageHead, level) == 10);

struct [[gnu::packed]] KeyChild {
  KeyedRow low;  // the least row of the child, or a lesser one
  PageId child;
};
static_assert(sizeof(KeyChild) == 14);

inline constexpr std::int32_t kLeafRows = 810;
inline constexpr std::int32_t kInnerChildren = 578;
inline constexpr std::size_t kLeafKeysOffset = kPayloadOffset + sizeof(KeyPageHead);
inline constexpr std::size_t kLeafRowsOffset = kLeafKeysOffset + 4 * std::size_t{kLeafRows};
static_assert(kLeafRowsOffset == kPayloadOffset + 3256);
static_assert(kLeafRowsOffset + sizeof(RowId) * kLeafRows <= kPayloadEnd);
static_assert(kLeafKeysOffset + sizeof(KeyChild) * kInnerChildren <= kPayloadEnd);

/// A page of the tree. Byte is std::byte or const std::byte.
template <class Byte>
struct KeyPage {
  Byte* at;

  template <class T>
  using Like = std::conditional_t<std::is_const_v<Byte>, const T, T>;

  auto* head() const { return reinterpret_cast<Like<KeyPageHead>*>(at + kPayloadOffset); }
  auto* keys() const { return reinterpret_cast<Like<std::uint32_t>*>(at + kLeafKeysOffset); }
  auto* rows() const { return reinterpret_cast<Like<RowId>*>(at + kLeafRowsOffset); }
  auto* children() const { return reinterpret_cast<Like<KeyChild>*>(at + kLeafKeysOffset); }

  std::int32_t count() const { return page_head(at)->rows; }
  void set_count(std::int32_t n) const { page_head(at)->rows = static_cast<std::uint16_t>(n); }
  PageId next() const { return page_head(at)->next; }
  KeyedRow row(std::int32_t i) const { return {keys()[i], rows()[i]}; }
  void set_row(std::int32_t i, const KeyedRow& row) const {
    keys()[i] = row.key;
    rows()[i] = row.row;
  }
  /// True if the row belongs to a page to the right of this page.
  bool is_beyond(const KeyedRow& row) const { return next() != kNoPage && !(row < head()->high); }
};

/// Makes an empty page of the tree, which is the last page of its level.
void init_key_page(std::byte* page, std::uint32_t level);

/// Returns kCorrupt unless the page is a page of the tree, is on level `level`, and its count fits.
Status check_key_page(const std::byte* page, std::uint32_t level);

template <class Byte>
auto* key_root_of(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const KeyRoot, KeyRoot>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}

/// Returns kCorrupt unless the page is a root page, which leads to a tree.
Status check_key_root(const std::byte* page);

}  // namespace vecext
