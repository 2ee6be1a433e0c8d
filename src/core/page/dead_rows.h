// Removes the rows that a VACUUM reports as dead.
#pragma once

#include <cstdint>

#include "core/page/store.h"

namespace vecext {

/// Returns kCorrupt unless the page is of a known kind and version, or was never written. It is for
/// code that looks at all pages of an index and needs only some of them.
inline Status check_any_kind(const std::byte* page) {
  const PageTail* tail = page_tail(page);
  const bool is_new = tail->mark == 0 && tail->version == 0 && tail->kind == PageKind{0};
  return is_new ? Status{} : check_page(page, tail->kind);
}

struct RemovedRows {
  bool (*is_dead)(void* context, RowId row);
  void* context;
  std::int64_t removed;  // is increased
  std::int64_t left;
};

/// The most rows that one change of a page removes.
inline constexpr std::int64_t kMostRemovedAtOnce = PagePatch::kMostParts;

/// Removes the rows of a page for which is_dead is true. Everything else that belongs to these rows
/// stays in place. `check(page, &has_rows)` returns a Status that says if the page is sound, and
/// sets has_rows; a page without rows is skipped. `row_at(page, i)` returns a pointer to row i.
/// Adds to rows->removed and rows->left.
template <PageStore S, class Check, class RowAt>
Status remove_dead_rows(S& store, PageId page, RemovedRows* rows, const Check& check,
                        const RowAt& row_at) {
  bool any = false;
  std::int64_t living = 0;
  Status status = store.read(page, [&](const std::byte* bytes) -> Status {
    bool has_rows = false;
    if (const Status sound = check(bytes, &has_rows); !sound.ok() || !has_rows) {
      return sound;
    }
    for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
      const RowId row = *row_at(bytes, i);
      if (row != kNoRow) {
        ++living;
        any = any || rows->is_dead(rows->context, row);
      }
    }
    return {};
  });
  if (!status.ok() || !any) {
    rows->left += living;
    return status;
  }
  // A patch has room for the rows of most pages; other pages take several patches.
  for (bool has_more = true; has_more && status.ok();) {
    std::int64_t removed = 0;
    living = 0;
    status = store.patch(page, [&](const std::byte* bytes, PagePatch* patch) -> Status {
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        const RowId* row = row_at(bytes, i);
        if (*row == kNoRow) {
          continue;
        }
        ++living;
        if (removed < kMostRemovedAtOnce && rows->is_dead(rows->context, *row)) {
          const auto at = reinterpret_cast<const std::byte*>(row) - bytes;
          patch->put(static_cast<std::size_t>(at), &kNoRow, sizeof kNoRow);
          ++removed;
        }
      }
      return {};
    });
    has_more = removed == kMostRemovedAtOnce;
    rows->removed += status.ok() ? removed : 0;
    living -= removed;
  }
  rows->left += status.ok() ? living : 0;
  return status;
}

}  // namespace vecext
