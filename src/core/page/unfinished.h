// The mark of a reorganization that has begun and not ended. While a reorganization runs, and after
// it was interrupted, there may be pages that nothing leads to. Only then is a search for such
// pages worthwhile.
#pragma once

#include "core/page/meta_head.h"
#include "core/page/store.h"

namespace vecext {

/// Marks a reorganization as unfinished or as ended. Sets *was to true if it was marked as
/// unfinished before, or else to false. The caller makes sure that only one reorganization runs in
/// an index.
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
