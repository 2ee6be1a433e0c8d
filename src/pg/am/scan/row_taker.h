// Rows of an index in the order of its pages, for as long as somebody takes them.
#pragma once

#include "core/base/ids.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Takes rows one by one.
struct RowTaker {
  void (*take)(RowTaker* self, RowId row);
  bool is_full;  // set by take: no more rows are needed
  int64 pages;   // read for it
};

/// The pages of an index, of which none is read once the taker is full.
class TakenStore : public BufferStore {
 public:
  /// `known` as for a BufferStore.
  TakenStore(Relation index, BufferHints* known, RowTaker* taker)
      : BufferStore(index, known), taker_(taker) {}

  template <class Visit>
  Status read(PageId page, const Visit& visit) {
    if (taker_->is_full) {
      return {.code = StatusCode::kCancelled};
    }
    ++taker_->pages;
    return BufferStore::read(page, visit);
  }

  void take(RowId row) { taker_->take(taker_, row); }
  bool is_full() const { return taker_->is_full; }

  /// The status of the walk that has ended with `status`.
  Status end(const Status& status) const {
    return status.code == StatusCode::kCancelled ? Status{} : status;
  }

 private:
  RowTaker* taker_;
};

}  // namespace vecext::pg
