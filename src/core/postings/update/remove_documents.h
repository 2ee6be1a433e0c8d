// Removes the rows that VACUUM reports as dead. In a segment, the bits of their documents are
// cleared; a pending document loses its row. Postings and counts stay as they are until the segment
// is written again (choose_merge()). The caller makes sure that no segment is replaced meanwhile.
#pragma once

#include "core/page/dead_rows.h"
#include "core/page/pending_text_page.h"
#include "core/postings/segment/document_cursor.h"

namespace vecext::postings {

/// Clears those bits of page `place` of living documents that are set in `dead`. `removed` is the
/// number of these bits, by which the segment's count of living documents is lowered. Every model
/// is out of date afterwards. Bits and count are one change, because a search looks at the bits
/// only if the count says that documents were removed.
template <PageStore S>
Status clear_living(S& store, const Segment& segment, std::uint32_t place,
                    const std::uint64_t* dead, std::uint32_t removed) {
  auto edit = store.edit();
  std::byte* page;
  std::byte* meta_page;
  Status status = edit.page(segment.pages[kLivePages][place], &page);
  if (status.ok()) {
    status = check_text_page(page, kLivePages, segment.entry.chain)
                 .in_page(segment.pages[kLivePages][place]);
  }
  if (status.ok()) {
    status = edit.page(kMetaPage, &meta_page);
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  for (std::size_t i = 0; i < kLiveDocuments / 64; ++i) {
    live_words(page)[i] &= ~dead[i];
  }
  TextMeta* meta = text_meta_of(meta_page);
  for (std::uint32_t i = 0; i < meta->segments && i < kMostSegments; ++i) {
    if (meta->entries[i].chain == segment.entry.chain) {
      meta->entries[i].living -= std::min(meta->entries[i].living, removed);
    }
  }
  ++meta->head.changes;
  edit.commit();
  return {};
}

/// Removes the dead rows of a segment. `dead` has room for the bits of a page of living documents.
template <PageStore S>
Status remove_from_segment(S& store, const Segment& segment, DocumentPages* pages,
                           std::uint64_t* dead, RemovedRows* rows) {
  DocumentCursor<S> at;
  std::uint32_t on_page = 0;
  std::fill_n(dead, kLiveDocuments / 64, std::uint64_t{0});
  Status status = at.begin(store, segment, pages);
  while (status.ok() && !at.is_end()) {
    const std::uint32_t place = at.document() / kLiveDocuments;
    const std::uint32_t bit = at.document() % kLiveDocuments;
    if (at.is_living()) {
      if (rows->is_dead(rows->context, at.row())) {
        dead[bit / 64] |= std::uint64_t{1} << bit % 64;
        ++on_page;
      } else {
        ++rows->left;
      }
    }
    status = at.next(store);
    if (status.ok() && on_page > 0 && (at.is_end() || at.document() % kLiveDocuments == 0)) {
      status = clear_living(store, segment, place, dead, on_page);
      std::fill_n(dead, kLiveDocuments / 64, std::uint64_t{0});
      rows->removed += on_page;
      on_page = 0;
    }
  }
  return status;
}

/// Removes the dead rows of a page of pending documents.
template <PageStore S>
Status remove_from_page(S& store, PageId page, RemovedRows* rows) {
  bool any = false;
  std::int64_t living = 0;
  Status status = store.read(page, [&](const std::byte* bytes) -> Status {
    VECEXT_TRY(check_pending_text_page(bytes));
    for (PendingTexts at(bytes); at.next();) {
      if (at.head().row != kNoRow) {
        living += (at.head().part & kFirstPartOfText) != 0 ? 1 : 0;
        any = any || rows->is_dead(rows->context, at.head().row);
      }
    }
    return {};
  });
  if (!status.ok() || !any) {
    rows->left += status.ok() ? living : 0;
    return status;
  }
  // Documents that were added to the page since it was read are not dead, so they need no look.
  auto edit = store.edit();
  std::byte* bytes;
  status = edit.page(page, &bytes);
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  for (PendingTexts at(bytes); at.next();) {
    const bool is_first = (at.head().part & kFirstPartOfText) != 0;
    if (at.head().row == kNoRow) {
      continue;
    }
    if (rows->is_dead(rows->context, at.head().row)) {
      PendingText head = at.head();
      head.row = kNoRow;
      __builtin_memcpy(bytes + at.head_offset(), &head, sizeof head);
      rows->removed += is_first ? 1 : 0;
    } else {
      rows->left += is_first ? 1 : 0;
    }
  }
  edit.commit();
  return {};
}

/// Removes all dead rows. The model must be current. If a row was removed, the model is out of date
/// afterwards.
template <PageStore S>
Status remove_dead_texts(S& store, const Model& model, Arena arena, RemovedRows* rows) {
  auto* pages = arena.array<DocumentPages>(1);
  auto* dead = arena.array<std::uint64_t>(kLiveDocuments / 64);
  if (pages == nullptr || dead == nullptr) {
    return out_of_memory();
  }
  Status status;
  for (std::uint32_t i = 0; i < model.meta.segments && status.ok(); ++i) {
    status = remove_from_segment(store, model.segments[i], pages, dead, rows);
  }
  store.at(Moment::kBetweenPasses);
  for (const PendingList& list : model.meta.pending) {
    ChainLength length;
    for (PageId page = list.head; page != kNoPage && status.ok();) {
      if (length.is_beyond(store)) {
        return corrupt();
      }
      const PageId at = page;
      status = store.read(page, [&](const std::byte* bytes) {
        page = page_head(bytes)->next;
        return check_pending_text_page(bytes);
      });
      if (status.ok()) {
        status = remove_from_page(store, at, rows);
      }
      store.poll();
    }
  }
  return status_of_locked(status);
}

}  // namespace vecext::postings
