// Removing rows, in one pass over the pages. The lane of a dead row stays and has no row, because
// rerank vectors are found by lane. Lists with many dead lanes are written again (compact.h).
#pragma once

#include "core/ivf/lists/record.h"
#include "core/page/dead_rows.h"
#include "core/page/unfinished.h"

namespace vecext::ivf {

/// The use of a page, as far as the passes of a VACUUM have found out.
enum class PageUse : std::uint8_t {
  kOther,   // not a page of a list, or added meanwhile
  kOfList,  // a page of a list, by the first pass
  kInUse,   // a page of a list that an entry counts
  kUnused,  // free
};

/// Checks a page other than page 0. Sets *has_rows to true if it is a page that has rows of a list.
inline Status check_row_page(const Model& model, const std::byte* page, bool* has_rows) {
  *has_rows = check_page(page, list_page_kind(model)).ok();
  return *has_rows ? check_list_page(model, page) : check_any_kind(page);
}

/// Removes the dead rows of a page. Skips pages without rows. Sets *use if the page is a page of a
/// list, or free.
template <PageStore S>
Status remove_rows(S& store, const Model& model, PageId page, RemovedRows* rows, PageUse* use) {
  const auto check = [&](const std::byte* bytes, bool* has_rows) -> Status {
    const Status status = check_row_page(model, bytes, has_rows);
    if (*has_rows || check_page(bytes, PageKind::kRerank).ok()) {
      *use = PageUse::kOfList;
    } else if (check_page(bytes, PageKind::kFree).ok()) {
      *use = PageUse::kUnused;
    }
    return status;
  };
  return remove_dead_rows(store, page, rows, check, [&model](auto* bytes, std::int32_t i) {
    return row_at(model, bytes, i);
  });
}

/// Sets use[page] to kInUse for the pages of all lists of the model, if page < pages. No split may
/// run meanwhile.
template <PageStore S>
Status mark_in_use(S& store, const Model& model, PageId pages, PageUse* use) {
  const auto mark = [&](PageId page) {
    if (page < pages) {
      use[page] = PageUse::kInUse;
    }
  };
  for (std::int32_t list = 0; list < model.lists(); ++list) {
    if (model.is_vacant(list)) {
      continue;
    }
    const PageId head = model.entries[list].head;
    VECEXT_TRY(read_chain(store, head, [&](PageId page, const std::byte* bytes) {
      mark(page);
      const Status sound = check_list_page(model, bytes);
      for (std::int32_t i = 0; sound.ok() && i < rerank_pages_in_use(model, bytes); ++i) {
        mark(rerank_pages(bytes, model.codes)[i]);
      }
      return sound;
    }));
  }
  return {};
}

/// Frees the pages of lists that no entry counts, which a stopped change has left. Between the two
/// passes only a split could have taken a page out of a chain, and no split runs. Also reports the
/// free pages to the store again: after a crash, or on a standby that took over, the free space map
/// lacks them. Does not report a page that was never initialized, because another backend may be
/// about to initialize it. Afterwards no change is unfinished.
template <PageStore S>
Status free_unused(S& store, PageId pages, const PageUse* use) {
  store.at(Moment::kBetweenPasses);
  for (PageId page = 0; page < pages; ++page) {
    if (use[page] == PageUse::kUnused) {
      store.release(page);
    }
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
  bool was_unfinished;
  return set_unfinished(store, false, &was_unfinished);
}

}  // namespace vecext::ivf
