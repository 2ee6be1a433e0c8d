// Removing rows: in one pass over the pages, each closes the gaps that dead rows leave in it.
#pragma once

#include "core/ivf/record.h"

namespace vecext {

struct RemovedRows {
  bool (*is_dead)(void* context, RowId row);
  void* context;
  std::int64_t removed;  // counts up
  std::int64_t left;
};

/// What is known of a page after the passes of a VACUUM.
enum class PageUse : std::uint8_t {
  kOther,   // not of a list, or added meanwhile
  kOfList,  // of a list, seen by the first pass
  kInUse,   // in the chain of a list
};

/// Asks is_dead of every row of the page and removes those that are. Pages that are of no list are
/// passed over; *use tells.
template <PageStore S>
Status remove_rows(S& store, const Model& model, PageId page, RemovedRows* rows, PageUse* use) {
  bool any = false;
  Status status = store.read(page, [&](const std::byte* bytes) -> Status {
    if (!check_page(bytes, list_page_kind(model)).ok()) {
      return {};
    }
    *use = PageUse::kOfList;
    if (const Status sound = check_list_page(model, bytes); !sound.ok()) {
      return sound;
    }
    for (std::int32_t i = 0; i < page_head(bytes)->rows && !any; ++i) {
      any = rows->is_dead(rows->context, *row_at(model, bytes, i));
    }
    rows->left += any ? 0 : page_head(bytes)->rows;
    return {};
  });
  if (!status.ok() || !any) {
    return status;
  }
  auto edit = store.edit();
  std::byte* bytes;
  if (status = edit.page(page, &bytes); !status.ok()) {
    return status;
  }
  // A lane keeps its place unless the last living one moves into a gap before it.
  std::int32_t count = page_head(bytes)->rows;
  for (std::int32_t i = 0; i < count;) {
    if (!rows->is_dead(rows->context, *row_at(model, bytes, i))) {
      ++i;
      continue;
    }
    --count;
    ++rows->removed;
    if (i < count) {
      move_place(model, bytes, count, i);
    }
  }
  page_head(bytes)->rows = static_cast<std::uint16_t>(count);
  rows->left += count;
  edit.commit();
  return {};
}

/// Sets use[page] to kInUse for the pages of all lists of a model that no split can change now.
template <PageStore S>
Status mark_in_use(S& store, const Model& model, PageId pages, PageUse* use) {
  for (std::int32_t list = 0; list < model.lists(); ++list) {
    if (model.is_vacant(list)) {
      continue;
    }
    for (PageId page = model.entries[list].head; page != kNoPage;) {
      if (page < pages) {
        use[page] = PageUse::kInUse;
      }
      const Status status = store.read(page, [&](const std::byte* bytes) {
        page = page_head(bytes)->next;
        return check_list_page(model, bytes);
      });
      if (!status.ok()) {
        return status;
      }
      store.poll();
    }
  }
  return {};
}

/// Frees the pages that are of a list but in no chain: a split was stopped. Between the two passes
/// nothing but a split could have taken a page out of a chain, and none runs.
template <PageStore S>
Status free_unused(S& store, PageId pages, const PageUse* use) {
  for (PageId page = 0; page < pages; ++page) {
    if (use[page] != PageUse::kOfList) {
      continue;
    }
    auto edit = store.edit();
    std::byte* bytes;
    if (const Status status = edit.page(page, &bytes); !status.ok()) {
      edit.abandon();
      return status;
    }
    init_page(bytes, PageKind::kFree, 0, 0);
    edit.commit();
    store.release(page);
    store.poll();
  }
  return {};
}

}  // namespace vecext
