// Finds rows by the keys of their key columns. It is a B+-tree with links to the right (Lehman and
// Yao, "Efficient locking for concurrent operations on B-trees", TODS 6, 1981). A key is a hash of
// a value. If a page is split, its upper rows move to a new page on its right. Until the level
// above has a child for the new page, these rows are found by the link to the right. So each change
// affects only one page that other pages lead to, readers lock one page at a time, and no row is
// missing after a crash between two changes. Pages are never merged.
//
// Within a leaf, rows are in any order, so that an insert changes only ten bytes. A look-up
// therefore compares all keys of a leaf.
#pragma once

#include "core/filter/row_list.h"
#include "core/key_tree/key_split.h"
#include "core/page/dead_rows.h"
#include "core/page/key_page.h"

namespace vecext {

/// Reads the page at `at`, which leads to the root of the tree.
template <PageStore S>
Status read_key_root(S& store, PageId at, KeyRoot* root) {
  return store.read(at, [root](const std::byte* page) {
    const Status status = check_key_root(page);
    if (status.ok()) {
      *root = *key_root_of(page);
    }
    return status;
  });
}

/// Finds the page of a level in which `target` belongs. The level must not be above the root's.
template <PageStore S>
Status find_key_page(S& store, const KeyRoot& root, const KeyedRow& target, std::uint32_t level,
                     PageId* found) {
  PageId page = root.root;
  ChainLength length;
  for (std::uint32_t at = root.level;;) {
    const std::uint32_t now = at;
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) {
      const KeyPage<const std::byte> keys{bytes};
      const Status sound = check_key_page(bytes, now);
      if (!sound.ok()) {
        return sound;
      }
      if (keys.is_beyond(target)) {
        page = keys.next();
      } else if (now == level) {
        *found = page;
        at = kMostKeyLevels;
      } else {
        page = child_of(keys, target);
        --at;
      }
      return sound;
    }));
    if (at == kMostKeyLevels) {
      return {};
    }
    if (length.is_beyond(store)) {
      return corrupt().in_page(page);
    }
  }
}

/// Adds the rows that have the key to `*rows`.
template <PageStore S>
Status find_key_rows(S& store, PageId at, std::uint32_t key, RowList* rows) {
  KeyRoot root{};
  Status status = read_key_root(store, at, &root);
  PageId page = kNoPage;
  if (status.ok()) {
    status = find_key_page(store, root, {key, kLeastKeyedRow.row}, 0, &page);
  }
  ChainLength length;
  while (status.ok() && page != kNoPage) {
    if (length.is_beyond(store)) {
      return corrupt().in_page(page);
    }
    status = store.read(page, [&](const std::byte* bytes) -> Status {
      VECEXT_TRY(check_key_page(bytes, 0));
      const KeyPage<const std::byte> keys{bytes};
      if (!add_rows_of_key(keys, key, rows)) {
        return out_of_memory();
      }
      page = keys.is_beyond({key, kNoRow}) ? keys.next() : kNoPage;
      return {};
    });
    store.poll();
  }
  return status;
}

/// Opens for a change the page of a level in which `target` belongs. A page that was found before
/// may have been split since. `edit` must have no pages yet. On failure it is abandoned.
template <PageStore S, class Edit>
Status edit_key_page(S& store, const KeyRoot& root, std::uint32_t level, const KeyedRow& target,
                     Edit* edit, std::byte** bytes) {
  PageId page = kNoPage;
  const Status found = find_key_page(store, root, target, level, &page);
  for (ChainLength length;;) {
    Status status = found.ok() ? edit->page(page, bytes) : found;
    if (status.ok()) {
      status = check_key_page(*bytes, level).in_page(page);
    }
    if (status.ok()) {
      const KeyPage<std::byte> keys{*bytes};
      if (!keys.is_beyond(target)) {
        return status;
      }
      page = keys.next();
    }
    edit->abandon();
    if (status.ok() && length.is_beyond(store)) {
      status = corrupt();
    }
    if (!status.ok()) {
      return status;
    }
    *edit = store.edit();
  }
}

/// Adds a new root. The present root has the level below `level` and was split, which made `child`.
/// Sets `*done` to false, and adds nothing, if another backend has added a root of that level.
template <PageStore S>
Status grow_keys(S& store, PageId at, const KeyChild& child, std::uint32_t level, bool* done) {
  auto edit = store.edit();
  std::byte* bytes;
  Status status = edit.page(at, &bytes);
  if (status.ok()) {
    status = check_key_root(bytes).in_page(at);
  }
  *done = status.ok() && key_root_of(bytes)->level < level;
  PageId above;
  std::byte* root;
  if (*done) {
    status = level < kMostKeyLevels ? edit.add(&above, &root) : corrupt();
  }
  if (!status.ok() || !*done) {
    edit.abandon();
    return status;
  }
  init_key_page(root, level);
  const KeyPage<std::byte> keys{root};
  keys.children()[0] = {kLeastKeyedRow, key_root_of(bytes)->root};
  keys.children()[1] = child;
  keys.set_count(2);
  *key_root_of(bytes) = {above, level};
  edit.commit();
  return {};
}

/// Adds to the level above a page that a split has made. The page of that level may be split in
/// turn.
template <PageStore S>
Status insert_key_child(S& store, PageId at, KeyChild child) {
  for (std::uint32_t level = 1;;) {
    KeyRoot root;
    VECEXT_TRY(read_key_root(store, at, &root));
    if (root.level < level) {
      bool done = false;
      VECEXT_TRY(grow_keys(store, at, child, level, &done));
      if (done) {
        return {};
      }
      continue;
    }
    auto edit = store.edit();
    std::byte* bytes;
    Status status = edit_key_page(store, root, level, child.low, &edit, &bytes);
    if (!status.ok()) {
      return status;
    }
    const KeyPage<std::byte> keys{bytes};
    if (keys.count() < kInnerChildren) {
      add_child(keys, child);
      edit.commit();
      return {};
    }
    PageId right;
    std::byte* right_bytes;
    if (status = edit.add(&right, &right_bytes); !status.ok()) {
      edit.abandon();
      return status;
    }
    const KeyedRow low = split_inner(keys, right, right_bytes, child);
    edit.commit();
    child = {low, right};
    ++level;
  }
}

/// Adds a row to the tree.
template <PageStore S>
Status insert_key_row(S& store, PageId at, const KeyedRow& row) {
  KeyRoot root{};
  Status status = read_key_root(store, at, &root);
  if (!status.ok()) {
    return status;
  }
  auto edit = store.edit();
  std::byte* bytes;
  if (status = edit_key_page(store, root, 0, row, &edit, &bytes); !status.ok()) {
    return status;
  }
  const KeyPage<std::byte> keys{bytes};
  if (keys.count() < kLeafRows) {
    keys.set_row(keys.count(), row);
    keys.set_count(keys.count() + 1);
    edit.commit();
    return {};
  }
  PageId right;
  std::byte* right_bytes;
  if (status = edit.add(&right, &right_bytes); !status.ok()) {
    edit.abandon();
    return status;
  }
  KeyedRow low;
  if (!split_leaf(keys, right, right_bytes, row, &low)) {
    edit.abandon();
    return corrupt();
  }
  edit.commit();
  store.at(Moment::kKeysSplit);
  return insert_key_child(store, at, {low, right});
}

/// Finds the first leaf.
template <PageStore S>
Status first_key_leaf(S& store, PageId at, PageId* page) {
  KeyRoot root{};
  VECEXT_TRY(read_key_root(store, at, &root));
  return find_key_page(store, root, kLeastKeyedRow, 0, page);
}

/// Removes the dead rows of the leaf `*page`. Sets `*page` to the next leaf, or to kNoPage after
/// the last leaf. A split moves rows only to the right, so going from leaf to leaf reads every row
/// that was there at the beginning.
template <PageStore S>
Status remove_key_rows(S& store, PageId* page, RemovedRows* removed) {
  bool any = false;
  const PageId leaf = *page;
  Status status = store.read(leaf, [&](const std::byte* bytes) {
    const Status sound = check_key_page(bytes, 0);
    const KeyPage<const std::byte> keys{bytes};
    for (std::int32_t i = 0; sound.ok() && i < keys.count() && !any; ++i) {
      any = removed->is_dead(removed->context, keys.rows()[i]);
    }
    *page = sound.ok() ? keys.next() : kNoPage;
    return sound;
  });
  if (!status.ok() || !any) {
    return status;
  }
  auto edit = store.edit();
  std::byte* bytes;
  if (status = edit.page(leaf, &bytes); status.ok()) {
    status = check_key_page(bytes, 0).in_page(leaf);
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  const KeyPage<std::byte> keys{bytes};
  *page = keys.next();
  std::int32_t kept = 0;
  for (std::int32_t i = 0; i < keys.count(); ++i) {
    if (!removed->is_dead(removed->context, keys.rows()[i])) {
      keys.set_row(kept++, keys.row(i));
    }
  }
  removed->removed += keys.count() - kept;
  keys.set_count(kept);
  edit.commit();
  return {};
}

}  // namespace vecext
