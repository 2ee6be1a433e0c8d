// Work on single pages of the tree of keys.
#pragma once

#include "core/filter/row_list.h"
#include "core/page/key_page.h"

namespace vecext {

/// The child of a page above the leaves where `target` belongs.
PageId child_of(const KeyPage<const std::byte>& page, const KeyedRow& target);

/// Adds a leaf's rows of a key to a list. False: out of memory.
bool add_rows_of_key(const KeyPage<const std::byte>& leaf, std::uint32_t key, RowList* rows);

/// Adds a child to a page with room for it.
void add_child(const KeyPage<std::byte>& page, const KeyChild& child);

/// Moves the upper half of a full leaf to a new page on its right, whose number is `right`, and
/// adds a row to the half where it belongs; *low is what the right one begins with. False: its rows
/// are all the same, which no row of a table explains.
bool split_leaf(const KeyPage<std::byte>& leaf, PageId right, std::byte* right_bytes,
                const KeyedRow& row, KeyedRow* low);

/// The same for a page above the leaves, with a child to be added; what the right one begins with.
KeyedRow split_inner(const KeyPage<std::byte>& page, PageId right, std::byte* right_bytes,
                     const KeyChild& child);

}  // namespace vecext
