// Makes a segment of pending documents. First, the present pages of each list are closed: the list
// gets a new last page, to which inserts go from then on. Then one change of the meta page takes
// the closed pages out of the lists and adds the segment. If memory has no room for all closed
// pages, the others stay in their lists.
#pragma once

#include "core/postings/segment/segment_writer.h"
#include "core/postings/update/insert_pending.h"
#include "core/postings/update/replace.h"

namespace vecext::postings {

/// Copies of pages of pending documents, and their contents in the order of rows and of terms.
class PendingPages {
 public:
  /// `seed` is the seed of the hashes of terms (table_hash()).
  PendingPages(std::uint64_t seed, Arena arena) : seed_(seed), arena_(arena) {}

  /// Adds a copy of a page.
  Status add(PageId id, const std::byte* page);

  /// Sorts all documents that were not removed, and their terms. It calls poll(context) often, so
  /// that the user can cancel it.
  Status sort(void (*poll)(void*), void* context);

  std::uint32_t documents() const { return document_count_; }
  std::uint32_t pages() const { return page_count_; }
  PageId page(std::uint32_t i) const { return ids_[i]; }

  /// Writes the documents and their postings to `writer`. There must be at least one document.
  Status write(SegmentWriter* writer) const;

 private:
  struct Document {
    RowId row;
    std::uint8_t length;
    std::uint32_t first;  // its first occurrence; all occurrences of a document follow each other
    std::uint32_t end;
  };
  /// A term of a document.
  struct Occurrence {
    std::uint32_t list;
    std::uint8_t extra;
  };
  struct Posting {
    std::uint32_t document;
    std::uint8_t extra;
  };
  /// The postings of a term, in the order of documents.
  struct List {
    Term term;
    std::uint32_t count;
    std::uint32_t end;  // where its postings end in the array of all postings, once they are there
  };
  /// A place of the hash table of lists.
  struct Slot {
    std::uint32_t hash;
    std::uint32_t list;
  };

  /// A list to be sorted by its term.
  struct Key {
    std::uint64_t first_bytes;
    std::uint32_t list;
  };

  Status reserve_memory();
  Status read(const std::byte* page);
  Status read_terms(const PendingTexts& text);
  Status find_list(const Term& term, std::uint32_t* list);
  void place_postings(void (*poll)(void*), void* context);
  Key* sort_by_bytes(Key* keys, Key* room, void (*poll)(void*), void* context) const;
  Status order_lists(void (*poll)(void*), void* context);

  std::uint64_t seed_;
  Arena arena_;
  std::byte** copies_ = nullptr;
  std::uint32_t copies_room_ = 0;
  PageId* ids_ = nullptr;
  std::uint32_t ids_room_ = 0;
  std::uint32_t page_count_ = 0;
  Document* documents_ = nullptr;
  std::uint32_t document_count_ = 0;
  bool is_removed_ = false;  // true if the document of the part that was read last was removed
  Occurrence* occurrences_ = nullptr;
  std::uint32_t occurrence_count_ = 0;
  Slot* slots_ = nullptr;
  std::uint32_t slot_count_ = 0;  // a power of 2
  List* lists_ = nullptr;
  std::uint32_t list_count_ = 0;
  std::uint32_t list_room_ = 0;
  Posting* postings_ = nullptr;
  std::uint32_t* order_ = nullptr;  // lists in the order of their terms
};

/// Closes the pages of list `number`, and sets `*end` to the first page that is not closed.
template <PageStore S>
Status close_pending(S& store, std::int32_t number, const KnownList& known, PageId* end) {
  PageId tail = known.list.tail;
  auto edit = store.edit();
  std::byte* last;
  Status status = edit_tail(store, &edit, known.chain, &tail, &last);
  if (!status.ok()) {
    return status;
  }
  std::byte* bytes;
  status = edit.add(end, &bytes);
  if (status.ok()) {
    TextMeta* meta;
    init_page(bytes, PageKind::kTextPending, 0, known.chain);
    status = link_pages(&edit, number, last, {known.chain, *end, *end, 1}, &meta);
    if (status.ok()) {
      begin_chain(meta, number, bytes);
    }
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// True if the first document of a sound page has no part on the page before.
inline bool begins_document(const std::byte* page) {
  PendingTexts texts(page);
  return texts.next() && (texts.head().part & kFirstPartOfText) != 0;
}

/// Copies the closed pages of a list, from `head` up to `*end`. Once `most` pages are copied, it
/// stops before the next page that begins with a new document, and sets `*end` to that page.
template <PageStore S>
Status copy_closed(S& store, PageId head, std::uint32_t most, PendingPages* pages, PageId* end) {
  ChainLength length;
  for (PageId page = head; page != *end;) {
    if (page == kNoPage || length.is_beyond(store)) {
      return corrupt();
    }
    bool is_end = false;
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      const Status sound = check_pending_text_page(bytes);
      is_end = sound.ok() && pages->pages() >= most && begins_document(bytes);
      if (!sound.ok() || is_end) {
        return sound;
      }
      const PageId at = page;
      page = page_head(bytes)->next;
      return pages->add(at, bytes);
    }));
    if (is_end) {
      *end = page;
    }
    store.poll();
  }
  return {};
}

/// Says which closed pages of a list go into a segment: the first `count` pages, which end before
/// page `end`.
struct TakenPages {
  PageId end;
  std::uint32_t count;
};

/// Takes the pages of `taken` out of their lists, and adds the segment to the meta page if `entry`
/// is not null.
template <PageStore S>
Status replace_pending(S& store, const TakenPages* taken, const SegmentEntry* entry) {
  auto edit = store.edit();
  std::byte* page;
  Status status = edit.page(kMetaPage, &page);
  TextMeta* meta = status.ok() ? text_meta_of(page) : nullptr;
  if (status.ok() && !replace_entries(meta, nullptr, 0, entry)) {
    status = corrupt();
  }
  if (!status.ok()) {
    edit.abandon();
    return status;
  }
  for (std::int32_t i = 0; i < kPendingLists; ++i) {
    if (taken[i].count > 0) {
      PendingList& list = meta->pending[i];
      list.head = taken[i].end;
      list.pages -= std::min(list.pages, taken[i].count);
    }
  }
  edit.commit();
  return {};
}

/// What flush_pending() has done.
struct Flushed {
  bool is_made = false;  // true if a segment was made
  bool is_left = false;  // true if a list has more pages than could be taken
};

/// Makes a segment of the documents of all lists that have at least `fewest` pages and at least one
/// document. It takes at most `most` pages, except that it always takes the last document as a
/// whole. It needs some ten times as much memory as these pages have. If the index has
/// kMostSegments segments, nothing is done: they have to be merged first. `seed` must not be known
/// to those who insert (table_hash()).
template <PageStore S>
Status flush_pending(S& store, std::uint32_t fewest, std::uint32_t most, std::uint64_t seed,
                     Arena arena, Flushed* flushed) {
  *flushed = {};
  KnownList lists[kPendingLists];
  TakenPages taken[kPendingLists];
  PendingPages pages(seed, arena);
  std::uint32_t chain;
  Bm25 bm25;
  bool is_full = false;
  bool has_weights = false;
  Status status = store.read(kMetaPage, [&](const std::byte* page) -> Status {
    const TextMeta& meta = *text_meta_of(page);
    for (std::int32_t i = 0; i < kPendingLists; ++i) {
      lists[i] = known_list(meta, i);
    }
    bm25 = {meta.k1, meta.b};
    is_full = meta.segments >= kMostSegments;
    has_weights = meta.head.kind == MetaKind::kWeights;
    return {};
  });
  if (!status.ok() || is_full) {
    return status;
  }
  status = begin_change(store, &chain);
  for (std::int32_t i = 0; i < kPendingLists && status.ok(); ++i) {
    const PendingList& list = lists[i].list;
    taken[i] = {.end = list.head, .count = 0};
    if (list.head == kNoPage || list.pages < fewest) {
      continue;
    }
    if (pages.pages() >= most) {
      flushed->is_left = true;
      continue;
    }
    PageId end;
    status = close_pending(store, i, lists[i], &end);
    if (status.ok()) {
      const std::uint32_t before = pages.pages();
      taken[i].end = end;
      status = copy_closed(store, list.head, most, &pages, &taken[i].end);
      taken[i].count = pages.pages() - before;
      flushed->is_left |= taken[i].end != end;
    }
  }
  if (status.ok()) {
    store.at(Moment::kPendingClosed);
    status = pages.sort([](void* of) { static_cast<S*>(of)->poll(); }, &store);
  }
  SegmentEntry entry;
  flushed->is_made = status.ok() && pages.documents() > 0;
  if (flushed->is_made) {
    auto* writer = arena.array<SegmentWriter>(1);
    if (writer == nullptr) {
      return out_of_memory();
    }
    *writer = SegmentWriter();
    if (has_weights) {
      writer->hold_weights();
    }
    LoggedBulk<S> bulk(store);
    status = writer->begin(arena, sink_of(bulk), bm25, chain);
    if (status.ok()) {
      status = pages.write(writer);
    }
    if (status.ok()) {
      status = writer->finish(&entry);
    }
    if (status.ok()) {
      bulk.finish();
    }
  }
  if (status.ok() && pages.pages() > 0) {
    store.at(Moment::kBeforeSwitch);
    status = replace_pending(store, taken, flushed->is_made ? &entry : nullptr);
    store.at(Moment::kAfterSwitch);
  }
  for (std::uint32_t i = 0; i < pages.pages() && status.ok(); ++i) {
    status = free_page(store, pages.page(i));
  }
  bool was_unfinished;
  return status.ok() ? set_unfinished(store, false, &was_unfinished) : status;
}

}  // namespace vecext::postings
