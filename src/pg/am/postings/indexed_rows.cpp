#include "pg/am/postings/indexed_rows.h"

#include "core/page/pending_text_page.h"
#include "core/text/segment/document_cursor.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// visit(RowId) for each row of the index that VACUUM has not removed.
template <class Visit>
void each_row(Relation index, const Visit& visit) {
  with_current(index, cached_postings, [&](CachedPostings* cached) -> Status {
    BufferStore store(index, &cached->buffers);
    const text::Model& model = cached->model;
    auto* pages = context_arena(CurrentMemoryContext).array<text::DocumentPages>(1);
    if (pages == nullptr) {
      return {.code = StatusCode::kOutOfMemory};
    }
    for (uint32 i = 0; i < model.meta.segments; ++i) {
      text::DocumentCursor<BufferStore> at;
      Status status = at.begin(store, model.segments[i], pages);
      while (status.ok() && !at.is_end()) {
        if (at.is_living()) {
          visit(at.row());
        }
        status = at.next(store);
      }
      if (!status.ok()) {
        return status;
      }
    }
    for (const PendingList& list : model.meta.pending) {
      const Status status = read_chain(store, list.head, [&](PageId, const std::byte* page) {
        const Status sound = check_pending_text_page(page);
        if (sound.ok()) {
          for (PendingTexts at(page); at.next();) {
            if (at.head().row != kNoRow && (at.head().part & kFirstPartOfText) != 0) {
              visit(at.head().row);
            }
          }
        }
        return sound;
      });
      if (!status.ok()) {
        return status;
      }
    }
    return check_current(store, model);
  });
}

}  // namespace

void mark_indexed_rows(Relation index, RowMarks* marks) {
  each_row(index, [marks](RowId row) { marks->add(row); });
}

int64 count_indexed_rows(Relation index) {
  const text::Model& model = cached_postings(index)->model;
  int64 rows = 0;
  for (uint32 i = 0; i < model.meta.segments; ++i) {
    rows += model.segments[i].entry.living;
  }
  for (const PendingList& list : model.meta.pending) {
    constexpr int64 kRowsOfPage = 16;  // of short texts, about
    rows += list.pages * kRowsOfPage;
  }
  return rows;
}

}  // namespace vecext::pg
