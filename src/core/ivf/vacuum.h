// Removing rows, in one pass over the pages. A dead row's lane stays where it is, without a row:
// rerank vectors are found by their lanes. Lists with many such are written again (compact.h).
#pragma once

#include "core/ivf/record.h"
#include "core/page/dead_rows.h"

namespace vecext::ivf {

/// What is known of a page after the passes of a VACUUM.
enum class PageUse : std::uint8_t {
  kOther,   // not of a list, or added meanwhile
  kOfList,  // of a list, seen by the first pass
  kInUse,   // of a list that is
  kUnused,  // free
};

/// Removes the dead rows of a page. Pages that are of no list are passed over; *use tells.
template <PageStore S>
Status remove_rows(S& store, const Model& model, PageId page, RemovedRows* rows, PageUse* use) {
  const auto check = [&](const std::byte* bytes, bool* has_rows) -> Status {
    if (check_page(bytes, PageKind::kRerank).ok()) {
      *use = PageUse::kOfList;
    } else if (check_page(bytes, PageKind::kFree).ok()) {
      *use = PageUse::kUnused;
    }
    *has_rows = check_page(bytes, list_page_kind(model)).ok();
    if (!*has_rows) {
      return {};
    }
    *use = PageUse::kOfList;
    return check_list_page(model, bytes);
  };
  return remove_dead_rows(store, page, rows, check, [&model](auto* bytes, std::int32_t i) {
    return row_at(model, bytes, i);
  });
}

/// Sets use[page] to kInUse for the pages of all lists of a model that no split can change now.
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
    const Status status = read_chain(store, head, [&](PageId page, const std::byte* bytes) {
      mark(page);
      const Status sound = check_list_page(model, bytes);
      for (std::int32_t i = 0; sound.ok() && i < rerank_pages_in_use(model, bytes); ++i) {
        mark(rerank_pages(bytes, model.codes)[i]);
      }
      return sound;
    });
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

/// Frees the pages that are of a list but of none that is: a change was stopped. Between the two
/// passes nothing but a split could have taken a page out of a chain, and none runs. Tells of the
/// unused ones again: after a crash or on a standby that took over nobody knows of them. A page
/// that was never made stays out: somebody may be about to make it.
template <PageStore S>
Status free_unused(S& store, PageId pages, const PageUse* use) {
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
  return {};
}

}  // namespace vecext::ivf
