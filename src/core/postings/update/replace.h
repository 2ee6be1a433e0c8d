// Puts segments in the place of others, by one change of the meta page. The caller makes sure that
// only one such change runs in an index at a time, and none while VACUUM reads its pages. Before
// the change, nothing leads to the new pages; after it, nothing leads to the old ones, which are
// freed. A crash in between leaves pages that free_unused() frees: the meta page says that they
// exist.
#pragma once

#include "core/base/bit_set.h"
#include "core/page/pending_text_page.h"
#include "core/page/stream.h"
#include "core/page/unfinished.h"
#include "core/postings/segment/postings_model.h"

namespace vecext::postings {

/// Notes that a change has begun, and sets aside a chain number for its pages.
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

/// Removes the segments with those chain numbers from the meta page's list, and adds a segment if
/// `added` is not null. Returns false if there is no room for it.
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

/// Calls visit(page), which returns a Status, for each page of a segment.
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

/// True for the kinds of pages that an index of texts has beside page 0.
inline bool is_of_texts(PageKind kind) {
  return (kind >= PageKind::kTextLengths && kind <= PageKind::kTextPending) ||
         kind == PageKind::kStream;
}

/// Frees the pages of texts that nothing leads to, and reports free pages to the store again.
/// Afterwards no change is unfinished. The model must be current; neither a change of segments nor
/// the insertion of a wide document may run. Pages of key columns are not touched.
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
  // A page that was added to a list meanwhile was free, or did not exist, so it is not marked.
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
