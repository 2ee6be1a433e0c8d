#include "pg/am/scan/fetch_ahead.h"

#include "pg/am/scan/heap_rows.h"
#include "pg/sys/buffer.h"

namespace vecext::pg {

namespace {

/// Room for a row's header and its first columns. The other columns may be long, and perhaps nobody
/// reads them.
constexpr Size kBytesOfRow = 128;

/// Pins the page in `fetch`, as heapam does.
void reach_page(IndexFetchTableData* fetch, PageId page, BufferHints* known) {
  auto* heap_fetch = reinterpret_cast<IndexFetchHeapData*>(fetch);
  if (holds_page(heap_fetch, page)) {
    return;
  }
  const Buffer buffer = read_buffer(fetch->rel, page, known->of(page));
  known->remember(page, buffer);
  hold_page(heap_fetch, page, buffer);
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
  reach_page(fetch, rows_[i].row.page, known_);
}

}  // namespace vecext::pg
