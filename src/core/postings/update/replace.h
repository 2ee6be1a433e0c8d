// Replaces segments by others, in one change of the meta page. The caller makes sure that only one
// such change runs in an index at a time, and that none runs while VACUUM reads the index's pages.
// Before the change, nothing leads to the new pages. After it, nothing leads to the old pages,
// which are then freed. A crash before they are all freed, or before the change, leaves pages that
// nothing leads to. The meta page says that there may be such pages, and free_unused() frees them.
#pragma once

#include "core/base/bit_set.h"
#include "core/page/pending_text_page.h"
#include "core/page/stream.h"
#include "core/page/unfinished.h"
#include "core/postings/segment/postings_model.h"

namespace vecext::postings {

/// Notes on the meta page that a change has begun, and sets `*chain` to a new chain number for the
/// pages that it writes.
template <PageStore S>
Status begin_change(S& store, std::uint32_t* chain) {
  auto edit = store.edit();
  std::byte* page;
  Status status = edit.page(kMetaPage, &page);
  if (status.ok()) {
    status = check_text_meta_page(page).in_page(kMetaPage);
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  MetaHead* head = meta_head_of(page);
  *chain = head->next_chain++;
  head->is_unfinished = 1;
  edit.commit();
  return {};
}

/// Removes the segments that have one of the `count` chain numbers at `removed` from the meta
/// page's list of segments. If `added` is not null, adds that segment. Returns false if the list
/// has no room for it.
bool replace_entries(TextMeta* meta, const std::uint32_t* removed, std::uint32_t count,
                     const SegmentEntry* added);

/// Makes a page free.
template <PageStore S>
Status free_page(S& store, PageId page) {
  auto edit = store.edit();
  std::byte* bytes;
  if (const Status status = edit.page(page, &bytes); !status.ok()) {
    edit.abandon();
    return status;
  }
  empty_page(bytes);
  edit.commit();
  store.release(page);
  store.poll();
  return {};
}

/// Calls visit(page), which returns a Status, with the number of each page of a segment.
template <class Visit>
Status each_page(const Segment& segment, const Visit& visit) {
  const std::size_t n = all_pages(segment.entry);
  const std::size_t streams = stream_pages(directory_bytes(segment.entry));
  for (std::size_t i = 0; i < n + streams; ++i) {
    const PageId page = i < n ? segment.pages[0][i] : segment.directory_pages[i - n];
    VECEXT_TRY(visit(page));
  }
  return {};
}

template <PageStore S>
Status free_segment(S& store, const Segment& segment) {
  return each_page(segment, [&](PageId page) { return free_page(store, page); });
}

/// True if an index of texts or of sparse vectors has pages of that kind, besides page 0.
inline bool is_of_texts(PageKind kind) {
  return (kind >= PageKind::kTextLengths && kind <= PageKind::kTextPending) ||
         kind == PageKind::kStream;
}

/// Frees pages of segments and of pending documents to which nothing leads, and reports pages that
/// were already free to the store again. Afterwards the meta page says that no change is
/// unfinished. The model must be current. Neither a change of segments nor the insertion of a wide
/// document may run meanwhile. Pages of key columns are not touched.
template <PageStore S>
Status free_unused(S& store, const Model& model, Arena arena) {
  const PageId pages = store.pages();
  BitSet unused;
  if (!unused.reset(pages, arena)) {
    return out_of_memory();
  }
  for (PageId page = kMetaPage + 1; page < pages; ++page) {
    bool is_free = false;
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      is_free = check_page(bytes, PageKind::kFree).ok();
      const PageKind kind = page_tail(bytes)->kind;
      if (is_of_texts(kind) && check_page(bytes, kind).ok()) {
        unused.add(page);
      }
      return {};
    }));
    if (is_free) {
      store.release(page);
    }
    store.poll();
  }
  const auto keep = [&](PageId page) -> Status {
    if (page < pages) {
      unused.remove(page);
    }
    return {};
  };
  for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
    VECEXT_TRY(each_page(model.segments[i], keep));
  }
  // A page that was added to a list after the model was loaded was free or did not exist then, so
  // it is not marked as unused.
  TextMeta meta = model.meta;
  for (std::int32_t i = 0; i < kPendingLists; ++i) {
    VECEXT_TRY(store.read(kMetaPage, [&](const std::byte* page) -> Status {
      meta.pending[i] = text_meta_of(page)->pending[i];
      return check_text_meta_page(page);
    }));
    if (meta.pending[i].head != kNoPage) {
      VECEXT_TRY(read_chain(store, meta.pending[i].head, [&](PageId page, const std::byte* bytes) {
        static_cast<void>(keep(page));
        return check_pending_text_page(bytes);
      }));
    }
  }
  for (PageId page = kMetaPage + 1; page < pages; ++page) {
    VECEXT_TRY(unused.contains(page) ? free_page(store, page) : Status{});
  }
  bool was_unfinished;
  return set_unfinished(store, false, &was_unfinished);
}

}  // namespace vecext::postings
