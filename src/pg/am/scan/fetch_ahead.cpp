#include "pg/am/scan/fetch_ahead.h"

#include "pg/am/scan/heap_rows.h"
#include "pg/sys/buffer.h"

extern "C" {
#include "access/heapam.h"
#include "storage/bufmgr.h"
}

namespace vecext::pg {

namespace {

/// A row's header, and its first columns. Other columns may be long, and nobody may read them.
constexpr Size kBytesOfRow = 128;

/// Pins the page in `fetch`, as heapam does.
void hold_page(IndexFetchTableData* fetch, PageId page, BufferHints* known) {
  Buffer* held = &reinterpret_cast<IndexFetchHeapData*>(fetch)->xs_cbuf;
  if (BufferIsValid(*held)) {
    if (BufferGetBlockNumber(*held) == page) {
      return;
    }
    ReleaseBuffer(*held);
    *held = InvalidBuffer;
  }
  *held = read_buffer(fetch->rel, page, known->of(page));
  known->remember(page, *held);
  heap_page_prune_opt(fetch->rel, *held);
}

}  // namespace

void FetchAhead::reach(int64 i, IndexFetchTableData* fetch) {
  if (known_ == nullptr || fetch == nullptr) {
    return;
  }
  const auto ahead = static_cast<Size>(i + HeapRows::kRowsAhead);
  lines_.reach(ahead + HeapRows::kRowsAhead,
               [this](Size at) { known_->prefetch_line(rows_[at].row.page, rows_[at].row.line); });
  tuples_.reach(ahead, [this](Size at) {
    known_->prefetch_row(rows_[at].row.page, rows_[at].row.line, kBytesOfRow);
  });
  hold_page(fetch, rows_[i].row.page, known_);
}

}  // namespace vecext::pg
