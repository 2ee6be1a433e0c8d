// Inserting a document: it is appended to one of the lists of pending documents, which every search
// goes through. One change, of up to three pages, makes it visible as a whole.
#pragma once

#include "core/page/pending_text_page.h"
#include "core/text/segment/bm25.h"
#include "core/text/segment/model.h"

namespace vecext::text {

/// A document to be inserted: its row, its number of tokens, and its terms, each once.
struct NewText {
  RowId row;
  std::uint32_t length;
  const Term* terms;
  const std::uint32_t* frequencies;
  std::uint32_t count;
};

/// A part of a document, as it lies on a page.
struct TextPartOnPage {
  std::uint32_t hashes[kPendingTextRoom / sizeof(std::uint32_t)];
  std::byte body[kPendingTextRoom];
  PendingText head;

  std::size_t bytes() const { return head.bytes + head.terms * sizeof(std::uint32_t); }
};

/// Makes a part of the document's terms from number *from on, as many as a page takes, and moves
/// *from behind them.
void make_part(const NewText& text, std::uint32_t* from, TextPartOnPage* part);

/// True if the document takes more than one page. While such a one is inserted, pages that nothing
/// leads to must not be freed (free_unused()): the caller sees to that.
bool is_wide(const NewText& text);

/// Opens a change of the last page of a list, which it looks for from *tail on, and sets *tail to
/// it. `Edit` is that of the store. On failure the change is abandoned. kStale: the page is in a
/// segment by now.
template <PageStore S, class Edit>
Status edit_tail(S& store, Edit* edit, PageId* tail, std::byte** page) {
  for (ChainLength length;;) {
    Status status = edit->page(*tail, page);
    if (status.ok()) {
      status = check_pending_text_page(*page);
    }
    if (status.ok() && page_head(*page)->next == kNoPage) {
      return {};
    }
    if (status.ok()) {
      *tail = page_head(*page)->next;
    }
    edit->abandon();
    if (status.ok() && length.is_beyond(store)) {
      status = {.code = StatusCode::kCorrupt};
    }
    if (!status.ok()) {
      return status;
    }
    store.poll();
    *edit = store.edit();
  }
}

/// Writes the pages of a wide document, to which nothing leads yet.
template <PageStore S>
Status write_parts(S& store, const NewText& text, TextPartOnPage* part, PageId* first, PageId* last,
                   std::uint32_t* pages) {
  std::uint32_t from = 0;
  *first = kNoPage;
  *last = kNoPage;
  *pages = 0;
  do {
    make_part(text, &from, part);
    auto edit = store.edit();
    PageId id;
    std::byte* bytes;
    std::byte* before;
    Status status = edit.add(&id, &bytes);
    if (status.ok()) {
      init_page(bytes, PageKind::kTextPending, 0, 0);
      put_pending_text(bytes, part->hashes, part->body, part->head);
      if (*last != kNoPage) {
        status = edit.page(*last, &before);
      }
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    if (*last != kNoPage) {
      page_head(before)->next = id;
    }
    edit.commit();
    store.poll();
    *first = *first == kNoPage ? id : *first;
    *last = id;
    ++*pages;
  } while (from < text.count);
  return {};
}

/// A list of pending documents as the meta page has it.
struct KnownList {
  PendingList list;
  std::uint64_t changes;  // of the index

  bool operator==(const KnownList& other) const {
    return changes == other.changes && list.head == other.list.head && list.tail == other.list.tail;
  }
};

template <PageStore S>
Status read_pending_list(S& store, std::int32_t number, KnownList* known) {
  return store.read(kMetaPage, [&](const std::byte* page) {
    const Status status = check_text_meta_page(page);
    if (status.ok()) {
      *known = {text_meta_of(page)->pending[number], text_meta_of(page)->head.changes};
    }
    return status;
  });
}

/// Links a document's pages, made by write_parts(), or one new page with `part`, to the end of a
/// list. `before` is the last page, in the change, or null: the list has none.
template <class Edit>
Status link_pages(Edit* edit, std::int32_t number, std::byte* before, PageId first, PageId last,
                  std::uint32_t added, std::uint32_t* pages) {
  std::byte* meta_page;
  const Status status = edit->page(kMetaPage, &meta_page);
  if (!status.ok()) {
    return status;
  }
  PendingList& list = text_meta_of(meta_page)->pending[number];
  if (before != nullptr) {
    page_head(before)->next = first;
  } else if (list.head == kNoPage) {
    list.head = first;
    ++text_meta_of(meta_page)->head.changes;  // models do not know the list yet
  } else {
    return {.code = StatusCode::kStale};  // another backend was first
  }
  list.tail = last;
  list.pages += added;
  *pages = list.pages;
  return {};
}

/// Adds a document of one page to the last page of a list, which it looks for from *tail on. If
/// that has no room, nothing is added.
template <PageStore S>
Status append_to_last(S& store, PageId* tail, const TextPartOnPage& part, bool* is_added) {
  *is_added = false;
  for (ChainLength length;;) {
    PageId next = kNoPage;
    const Status status =
        store.patch(*tail, [&](const std::byte* page, PagePatch* patch) -> Status {
          FreeText room;
          const Status sound = find_free_of_pending_text(page, &room);
          if (!sound.ok()) {
            return sound;
          }
          next = page_head(page)->next;
          *is_added = next == kNoPage && room.bytes() >= part.bytes();
          if (*is_added) {
            patch_pending_text(page, part.hashes, part.body, part.head, &room, patch);
            store.hole(room.from, room.to, patch);
          }
          return {};
        });
    if (!status.ok() || next == kNoPage) {
      return status;
    }
    if (length.is_beyond(store)) {
      return {.code = StatusCode::kCorrupt};
    }
    *tail = next;
    store.poll();
  }
}

/// Adds a document of one page to the end of a list.
template <PageStore S>
Status append_part(S& store, std::int32_t number, PageId tail, const TextPartOnPage& part,
                   std::uint32_t* pages) {
  if (tail != kNoPage) {
    bool is_added;
    const Status status = append_to_last(store, &tail, part, &is_added);
    if (!status.ok() || is_added) {
      return status;
    }
  }
  auto edit = store.edit();
  std::byte* last = nullptr;
  if (tail != kNoPage) {
    if (const Status status = edit_tail(store, &edit, &tail, &last); !status.ok()) {
      return status;
    }
    if (free_of_pending_text(last).bytes() >= part.bytes()) {
      edit.abandon();
      return {.code = StatusCode::kStale};  // another backend has added a page
    }
  }
  PageId id;
  std::byte* bytes;
  Status status = edit.add(&id, &bytes);
  if (status.ok()) {
    init_page(bytes, PageKind::kTextPending, 0, 0);
    put_pending_text(bytes, part.hashes, part.body, part.head);
    const FreeText room = free_of_pending_text(bytes);
    edit.set_hole(bytes, room.from, room.to);
    status = link_pages(&edit, number, last, id, id, 1, pages);
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// Adds a document of several pages to the end of a list.
template <PageStore S>
Status append_parts(S& store, std::int32_t number, PageId tail, const NewText& text,
                    TextPartOnPage* part, std::uint32_t* pages) {
  PageId first;
  PageId last;
  std::uint32_t added;
  Status status = write_parts(store, text, part, &first, &last, &added);
  if (!status.ok()) {
    return status;
  }
  store.at(Moment::kPartsWritten);
  auto edit = store.edit();
  std::byte* before = nullptr;
  if (tail != kNoPage) {
    status = edit_tail(store, &edit, &tail, &before);
    if (!status.ok()) {
      return status;
    }
  }
  status = link_pages(&edit, number, before, first, last, added, pages);
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// Inserts a document into list `number`. *pages is set to the list's pages if some were added,
/// else to 0. kStale: try again; other backends have changed the list.
template <PageStore S>
Status insert_text(S& store, std::int32_t number, const NewText& text, Arena arena,
                   std::uint32_t* pages) {
  *pages = 0;
  auto* part = arena.array<TextPartOnPage>(1);
  if (part == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  KnownList known;
  Status status = read_pending_list(store, number, &known);
  if (!status.ok()) {
    return status;
  }
  if (is_wide(text)) {
    status = append_parts(store, number, known.list.tail, text, part, pages);
  } else {
    std::uint32_t from = 0;
    make_part(text, &from, part);
    status = append_part(store, number, known.list.tail, *part, pages);
  }
  KnownList current;
  if (status.code == StatusCode::kStale && read_pending_list(store, number, &current).ok() &&
      current == known) {
    // The list has not changed, so a page that is not one of it is damaged.
    status = {.code = StatusCode::kCorrupt};
  }
  return status;
}

}  // namespace vecext::text
