#include "core/key_tree/key_split.h"

#include <algorithm>
#include <cstring>

namespace vecext {

namespace {

/// Returns the number of the first child, from the second one on, whose first row is greater than
/// `target`, or the number of children if there is none.
template <class Byte>
std::int32_t child_above(const KeyPage<Byte>& page, const KeyedRow& target) {
  std::int32_t from = 1;
  for (std::int32_t n = page.count() - 1; n > 0;) {
    const std::int32_t half = n / 2;
    if (target < page.children()[from + half].low) {
      n = half;
    } else {
      from += half + 1;
      n -= half + 1;
    }
  }
  return from;
}

/// Makes `right` the page that follows `left` in its level. It gets the rows from `low` on, and is
/// empty at first.
KeyPage<std::byte> link_right(const KeyPage<std::byte>& left, PageId right, std::byte* bytes,
                              const KeyedRow& low) {
  init_key_page(bytes, left.head()->level);
  const KeyPage<std::byte> page{bytes};
  page.head()->high = left.head()->high;
  page_head(bytes)->next = left.next();
  left.head()->high = low;
  page_head(left.at)->next = right;
  return page;
}

void append(const KeyPage<std::byte>& leaf, const KeyedRow& row) {
  leaf.set_row(leaf.count(), row);
  leaf.set_count(leaf.count() + 1);
}

}  // namespace

PageId child_of(const KeyPage<const std::byte>& page, const KeyedRow& target) {
  return page.children()[child_above(page, target) - 1].child;
}

bool add_rows_of_key(const KeyPage<const std::byte>& leaf, std::uint32_t key, RowList* rows) {
  for (std::int32_t i = 0; i < leaf.count(); ++i) {
    if (leaf.keys()[i] == key && !rows->add(leaf.rows()[i])) {
      return false;
    }
  }
  return true;
}

void add_child(const KeyPage<std::byte>& page, const KeyChild& child) {
  const std::int32_t at = child_above(page, child.low);
  KeyChild* children = page.children();
  std::memmove(static_cast<void*>(children + at + 1), children + at,
               sizeof(KeyChild) * static_cast<std::size_t>(page.count() - at));
  children[at] = child;
  page.set_count(page.count() + 1);
}

bool split_leaf(const KeyPage<std::byte>& leaf, PageId right, std::byte* right_bytes,
                const KeyedRow& row, KeyedRow* low) {
  KeyedRow rows[kLeafRows];
  const std::int32_t n = leaf.count();
  for (std::int32_t i = 0; i < n; ++i) {
    rows[i] = leaf.row(i);
  }
  std::nth_element(rows, rows + n / 2, rows + n);
  *low = rows[n / 2];
  const KeyPage<std::byte> upper = link_right(leaf, right, right_bytes, *low);
  leaf.set_count(0);
  // All rows that are equal go to the same page.
  for (std::int32_t i = 0; i < n; ++i) {
    append(rows[i] < *low ? leaf : upper, rows[i]);
  }
  if (leaf.count() == 0) {
    return false;
  }
  append(row < *low ? leaf : upper, row);
  return true;
}

KeyedRow split_inner(const KeyPage<std::byte>& page, PageId right, std::byte* right_bytes,
                     const KeyChild& child) {
  const std::int32_t n = page.count();
  const std::int32_t kept = n / 2;
  const KeyedRow low = page.children()[kept].low;
  const KeyPage<std::byte> upper = link_right(page, right, right_bytes, low);
  std::memcpy(static_cast<void*>(upper.children()), page.children() + kept,
              sizeof(KeyChild) * static_cast<std::size_t>(n - kept));
  upper.set_count(n - kept);
  page.set_count(kept);
  add_child(child.low < low ? page : upper, child);
  return low;
}

}  // namespace vecext
