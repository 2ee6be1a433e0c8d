#include "pg/am/postings/indexed_rows.h"

#include "core/page/pending_text_page.h"
#include "core/postings/segment/document_cursor.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Gives the rows of segments to the sink.
Status each_row_of_segments(SinkStore& store, const postings::Model& model) {
  auto* pages = context_arena(CurrentMemoryContext).array<postings::DocumentPages>(1);
  if (pages == nullptr) {
    return out_of_memory();
  }
  for (uint32 i = 0; i < model.meta.segments; ++i) {
    postings::DocumentCursor<SinkStore> at;
    VECEXT_TRY(at.begin(store, model.segments[i], pages));
    while (!at.is_end() && !store.is_full()) {
      if (at.is_living()) {
        store.accept(at.row());
      }
      VECEXT_TRY(at.next(store));
    }
  }
  return {};
}

/// Gives the rows that are not in a segment yet to the sink.
Status each_pending_row(SinkStore& store, const postings::Model& model) {
  for (const PendingList& list : model.meta.pending) {
    VECEXT_TRY(read_chain(store, list.head, [&](PageId, const std::byte* page) {
      const Status sound = check_pending_text_page(page);
      if (sound.ok()) {
        for (PendingTexts at(page); at.next();) {
          if (at.head().row != kNoRow && (at.head().part & kFirstPartOfText) != 0) {
            store.accept(at.head().row);
          }
        }
      }
      return sound;
    }));
  }
  return {};
}

}  // namespace

void each_indexed_row(Relation index, RowSink* sink) {
  with_current(index, cached_postings, [&](CachedPostings* cached) -> Status {
    SinkStore store(index, &cached->buffers, sink);
    Status status = each_row_of_segments(store, cached->model);
    if (status.ok()) {
      status = each_pending_row(store, cached->model);
    }
    return store.end(status.ok() ? check_current(store, cached->model) : status);
  });
}

int64 count_indexed_rows(Relation index) {
  const postings::Model& model = cached_postings(index)->model;
  int64 rows = 0;
  for (uint32 i = 0; i < model.meta.segments; ++i) {
    rows += model.segments[i].entry.living;
  }
  for (const PendingList& list : model.meta.pending) {
    constexpr int64 kRowsOfPage = 16;  // roughly, for short texts
    rows += list.pages * kRowsOfPage;
  }
  return rows;
}

}  // namespace vecext::pg
