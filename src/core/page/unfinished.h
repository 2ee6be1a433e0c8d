// The mark of a reorganization that has begun and not ended: while one runs, and after one that was
// interrupted, pages that nothing leads to may be left. Only then is a search for them
// worthwhile.
#pragma once

#include "core/page/meta_head.h"
#include "core/page/store.h"

namespace vecext {

/// Sets whether a reorganization is unfinished, and *was to whether one was before. The caller
/// sees to it that only one runs in an index.
template <PageStore S>
Status set_unfinished(S& store, bool is_unfinished, bool* was) {
  Status status = store.read(kMetaPage, [was](const std::byte* page) {
    *was = meta_head_of(page)->is_unfinished != 0;
    return check_page(page, PageKind::kMeta);
  });
  if (!status.ok() || *was == is_unfinished) {
    return status;
  }
  auto edit = store.edit();
  std::byte* page;
  status = edit.page(kMetaPage, &page);
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  meta_head_of(page)->is_unfinished = is_unfinished ? 1 : 0;
  edit.commit();
  return {};
}

}  // namespace vecext
