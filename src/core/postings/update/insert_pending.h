// Inserts a document by appending it to one of the lists of pending documents, which every search
// reads. One change, of up to three pages, makes the whole document visible.
#pragma once

#include "core/page/pending_text_page.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/postings_model.h"
#include "core/postings/update/replace.h"

namespace vecext::postings {

/// A document to be inserted: its row, its number of tokens, and its terms, each of which it has
/// once.
struct NewText {
  RowId row;
  std::uint32_t length;
  const Term* terms;
  const std::uint32_t* frequencies;
  std::uint32_t count;
};

/// A part of a document as it lies on a page.
struct TextPartOnPage {
  std::uint32_t hashes[kPendingTextRoom / sizeof(std::uint32_t)];
  std::byte body[kPendingTextRoom];
  PendingText head;

  std::size_t bytes() const { return head.bytes + head.terms * sizeof(std::uint32_t); }
};

/// Makes a part of the document: its terms from number `*from` on, as many as fit on a page. Sets
/// `*from` to the number of the first term that did not fit.
void make_part(const NewText& text, std::uint32_t* from, TextPartOnPage* part);

/// True if the document takes more than one page. While such a document is inserted, the caller
/// must keep free_unused() from running, since nothing leads to the document's pages yet.
bool is_wide(const NewText& text);

/// Returns ok if the page has the chain number that its list had when the meta page was read.
/// Otherwise returns kStale: the page was freed since then, and may belong to another list by now,
/// or to a wide document to which nothing leads yet.
inline Status check_chain(const std::byte* page, std::uint32_t chain) {
  return {.code = page_head(page)->chain == chain ? StatusCode::kOk : StatusCode::kStale};
}

/// Opens a change of the last page of a list. The page is looked for from `*tail` on, among pages
/// with chain number `chain`; sets `*tail` and `*page` to it. `Edit` is the store's type of edits.
/// Returns kStale if that page is in a segment by now, or the list was closed. If the result is not
/// ok, the change is abandoned.
template <PageStore S, class Edit>
Status edit_tail(S& store, Edit* edit, std::uint32_t chain, PageId* tail, std::byte** page) {
  for (ChainLength length;;) {
    Status status = edit->page(*tail, page);
    if (status.ok()) {
      status = check_pending_text_page(*page).in_page(*tail);
    }
    if (status.ok()) {
      status = check_chain(*page, chain);
    }
    if (status.ok() && page_head(*page)->next == kNoPage) {
      return {};
    }
    if (status.ok()) {
      *tail = page_head(*page)->next;
    }
    edit->abandon();
    if (status.ok() && length.is_beyond(store)) {
      status = corrupt().in_page(*tail);
    }
    if (!status.ok()) {
      return status;
    }
    store.poll();
    *edit = store.edit();
  }
}

/// New pages for the end of a list. They have the same chain number, and each leads to the next.
struct NewPages {
  std::uint32_t chain = 0;
  PageId first = kNoPage;
  PageId last = kNoPage;
  std::uint32_t count = 0;
};

/// Writes the pages of a wide document with the chain number pages->chain. Nothing leads to these
/// pages yet.
template <PageStore S>
Status write_parts(S& store, const NewText& text, TextPartOnPage* part, NewPages* pages) {
  std::uint32_t from = 0;
  do {
    make_part(text, &from, part);
    auto edit = store.edit();
    PageId id;
    std::byte* bytes;
    std::byte* before;
    Status status = edit.add(&id, &bytes);
    if (status.ok()) {
      init_page(bytes, PageKind::kTextPending, 0, pages->chain);
      put_pending_text(bytes, part->hashes, part->body, part->head);
      if (pages->count > 0) {
        status = edit.page(pages->last, &before);
      }
    }
    if (!status.ok()) {
      edit.abandon();
      return status;
    }
    if (pages->count > 0) {
      page_head(before)->next = id;
    }
    edit.commit();
    store.poll();
    pages->first = pages->count == 0 ? id : pages->first;
    pages->last = id;
    ++pages->count;
  } while (from < text.count);
  return {};
}

/// Frees the pages of a document to which nothing leads.
template <PageStore S>
Status free_parts(S& store, const NewPages& pages) {
  PageId next = pages.first;
  for (std::uint32_t i = 0; i < pages.count; ++i) {
    const PageId page = next;
    VECEXT_TRY(store.read(page, [&next](const std::byte* bytes) -> Status {
      next = page_head(bytes)->next;
      return {};
    }));
    VECEXT_TRY(free_page(store, page));
  }
  return {};
}

/// A list of pending documents as the meta page has it.
struct KnownList {
  PendingList list;
  std::uint32_t chain;    // chain number of the pages at its end
  bool is_unfinished;     // true if a change of the index was interrupted
  std::uint64_t changes;  // count of changes of the index

  bool operator==(const KnownList& other) const {
    return changes == other.changes && chain == other.chain && list.head == other.list.head &&
           list.tail == other.list.tail;
  }
};

inline KnownList known_list(const TextMeta& meta, std::int32_t number) {
  return {meta.pending[number], meta.list_chains[number], meta.head.is_unfinished != 0,
          meta.head.changes};
}

template <PageStore S>
Status read_pending_list(S& store, std::int32_t number, KnownList* known) {
  return store.read(kMetaPage, [&](const std::byte* page) {
    const Status status = check_text_meta_page(page);
    if (status.ok()) {
      *known = known_list(*text_meta_of(page), number);
    }
    return status;
  });
}

/// Links new pages to the end of list `number`, which gets their chain number. `before` is the
/// list's last page, which `edit` has already opened, or null if the list has no pages. Opens the
/// meta page in `edit` as well, and sets `*meta` to it.
template <class Edit>
Status link_pages(Edit* edit, std::int32_t number, std::byte* before, const NewPages& added,
                  TextMeta** meta) {
  std::byte* meta_page;
  VECEXT_TRY(edit->page(kMetaPage, &meta_page));
  *meta = text_meta_of(meta_page);
  PendingList& list = (*meta)->pending[number];
  if (before != nullptr) {
    page_head(before)->next = added.first;
  } else if (list.head == kNoPage) {
    list.head = added.first;
    ++(*meta)->head.changes;  // models do not know of the list yet
  } else {
    return {.code = StatusCode::kStale};  // another backend was first
  }
  list.tail = added.last;
  list.pages += added.count;
  (*meta)->list_chains[number] = added.chain;
  return {};
}

/// Gives a page at the end of list `number`, and the list, a chain number that no other page has.
/// The page and the meta page are opened in an edit.
inline void begin_chain(TextMeta* meta, std::int32_t number, std::byte* page) {
  meta->list_chains[number] = page_head(page)->chain = meta->head.next_chain++;
}

/// Adds a document of one page to the last page of a list. The last page is looked for from `*tail`
/// on, among pages with chain number `chain`. If the last page has no room, nothing is added, and
/// `*is_added` is false.
template <PageStore S>
Status append_to_last(S& store, std::uint32_t chain, PageId* tail, const TextPartOnPage& part,
                      bool* is_added) {
  *is_added = false;
  for (ChainLength length;;) {
    PageId next = kNoPage;
    const Status status =
        store.patch(*tail, [&](const std::byte* page, PagePatch* patch) -> Status {
          FreeText room;
          Status sound = find_free_of_pending_text(page, &room);
          if (sound.ok()) {
            sound = check_chain(page, chain);
          }
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
      return corrupt();
    }
    *tail = next;
    store.poll();
  }
}

/// Adds a document of one page to the end of list `number`, on a new page if the last page has no
/// room. Sets `*pages` to the number of the list's pages if a page was added, and to 0 if not.
template <PageStore S>
Status append_part(S& store, std::int32_t number, const KnownList& known,
                   const TextPartOnPage& part, std::uint32_t* pages) {
  PageId tail = known.list.tail;
  if (tail != kNoPage) {
    bool is_added;
    VECEXT_TRY(append_to_last(store, known.chain, &tail, part, &is_added));
    if (is_added) {
      return {};
    }
  }
  auto edit = store.edit();
  std::byte* last = nullptr;
  if (tail != kNoPage) {
    VECEXT_TRY(edit_tail(store, &edit, known.chain, &tail, &last));
    if (free_of_pending_text(last).bytes() >= part.bytes()) {
      edit.abandon();
      return {.code = StatusCode::kStale};  // another backend has added a page
    }
  }
  PageId id;
  std::byte* bytes;
  Status status = edit.add(&id, &bytes);
  if (status.ok()) {
    init_page(bytes, PageKind::kTextPending, 0, known.chain);
    put_pending_text(bytes, part.hashes, part.body, part.head);
    const FreeText room = free_of_pending_text(bytes);
    edit.set_hole(bytes, room.from, room.to);
    TextMeta* meta;
    status = link_pages(&edit, number, last, {known.chain, id, id, 1}, &meta);
    if (status.ok() && last == nullptr) {
      begin_chain(meta, number, bytes);
    }
    *pages = status.ok() ? meta->pending[number].pages : 0;
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// Links the pages of a wide document to the end of list `number`. Sets `*pages` to the number of
/// the list's pages.
template <PageStore S>
Status link_parts(S& store, std::int32_t number, const KnownList& known, const NewPages& added,
                  std::uint32_t* pages) {
  auto edit = store.edit();
  std::byte* before = nullptr;
  PageId tail = known.list.tail;
  if (tail != kNoPage) {
    VECEXT_TRY(edit_tail(store, &edit, known.chain, &tail, &before));
  }
  TextMeta* meta;
  if (const Status status = link_pages(&edit, number, before, added, &meta); !status.ok()) {
    edit.abandon();
    return status;
  }
  *pages = meta->pending[number].pages;
  edit.commit();
  return {};
}

/// Adds a document of several pages to the end of list `number`. If it is interrupted, the meta
/// page still says that there may be pages that nothing leads to.
template <PageStore S>
Status append_parts(S& store, std::int32_t number, const KnownList& known, const NewText& text,
                    TextPartOnPage* part, std::uint32_t* pages) {
  NewPages added;
  Status status = begin_change(store, &added.chain);
  if (status.ok()) {
    status = write_parts(store, text, part, &added);
  }
  if (!status.ok()) {
    return status;
  }
  store.at(Moment::kPartsWritten);
  const Status linked = link_parts(store, number, known, added, pages);
  if (linked.code == StatusCode::kStale) {
    status = free_parts(store, added);
  }
  const bool is_finished = linked.ok() || linked.code == StatusCode::kStale;
  if (status.ok() && is_finished && !known.is_unfinished) {
    bool was_unfinished;
    status = set_unfinished(store, false, &was_unfinished);
  }
  return status.ok() ? linked : status;
}

/// Inserts a document into list `number`. Sets `*pages` to the number of the list's pages if pages
/// were added, and to 0 if not. Returns kStale if other backends have changed the list, so that the
/// caller has to try again.
template <PageStore S>
Status insert_text(S& store, std::int32_t number, const NewText& text, Arena arena,
                   std::uint32_t* pages) {
  *pages = 0;
  auto* part = arena.array<TextPartOnPage>(1);
  if (part == nullptr) {
    return out_of_memory();
  }
  KnownList known;
  Status status = read_pending_list(store, number, &known);
  if (!status.ok()) {
    return status;
  }
  if (is_wide(text)) {
    status = append_parts(store, number, known, text, part, pages);
  } else {
    std::uint32_t from = 0;
    make_part(text, &from, part);
    status = append_part(store, number, known, *part, pages);
  }
  KnownList current;
  if (status.code == StatusCode::kStale && read_pending_list(store, number, &current).ok() &&
      current == known) {
    // The list has not changed since its meta page was read, so a page that does not belong to it
    // is damaged.
    status = corrupt();
  }
  return status;
}

}  // namespace vecext::postings
