// Work on single pages of the tree of keys.
#pragma once

#include "core/filter/row_list.h"
#include "core/page/key_page.h"

namespace vecext {

/// Returns the child of a page above the leaves where `target` belongs.
PageId child_of(const KeyPage<const std::byte>& page, const KeyedRow& target);

/// Adds a leaf's rows that have a key to a list. Returns false if memory runs out.
bool add_rows_of_key(const KeyPage<const std::byte>& leaf, std::uint32_t key, RowList* rows);

/// Adds a child to a page that has room for it.
void add_child(const KeyPage<std::byte>& page, const KeyChild& child);

/// Moves the upper half of a full leaf to a new page on its right, whose number is `right`, and
/// adds a row to the half where it belongs. Sets *low to the first row of the right page. Returns
/// false if all rows of the leaf are equal, which no table can cause.
bool split_leaf(const KeyPage<std::byte>& leaf, PageId right, std::byte* right_bytes,
                const KeyedRow& row, KeyedRow* low);

/// Splits a page above the leaves in the same way, and adds a child. Returns the first row of the
/// right page.
KeyedRow split_inner(const KeyPage<std::byte>& page, PageId right, std::byte* right_bytes,
                     const KeyChild& child);

}  // namespace vecext
