// Functions that work on single pages of the tree of keys.
#pragma once

#include "core/filter/row_list.h"
#include "core/page/key_page.h"

namespace vecext {

/// Returns that child of a page above the leaves in which `target` belongs.
PageId child_of(const KeyPage<const std::byte>& page, const KeyedRow& target);

/// Adds those rows of a leaf that have the key to `*rows`. Returns false if memory runs out.
bool add_rows_of_key(const KeyPage<const std::byte>& leaf, std::uint32_t key, RowList* rows);

/// Adds a child to a page that has room for it.
void add_child(const KeyPage<std::byte>& page, const KeyChild& child);

/// Splits a full leaf and adds a row. The upper half of its rows moves to a new page on its right,
/// whose number is `right`, and `row` is added to the half in which it belongs. Sets `*low` to the
/// first row of the right page. Returns false if all rows of the leaf are equal, which cannot
/// happen with the rows of a table.
bool split_leaf(const KeyPage<std::byte>& leaf, PageId right, std::byte* right_bytes,
                const KeyedRow& row, KeyedRow* low);

/// Splits a full page above the leaves in the same way, and adds a child. Returns the first row of
/// the right page.
KeyedRow split_inner(const KeyPage<std::byte>& page, PageId right, std::byte* right_bytes,
                     const KeyChild& child);

}  // namespace vecext
