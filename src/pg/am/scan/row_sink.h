// Gives rows of an index in the order of its pages, until a sink is full.
#pragma once

#include "core/base/ids.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Takes rows one by one.
struct RowSink {
  void (*accept)(RowSink* self, RowId row);
  bool is_full;  // set by accept() when no more rows are needed
  int64 pages;   // pages that were read for it
};

/// The pages of an index for a walk that fills a sink. No page is read once the sink is full.
class SinkStore : public BufferStore {
 public:
  /// `known` is the same as for a BufferStore.
  SinkStore(Relation index, BufferHints* known, RowSink* sink)
      : BufferStore(index, known), sink_(sink) {}

  template <class Visit>
  Status read(PageId page, const Visit& visit) {
    if (sink_->is_full) {
      return {.code = StatusCode::kCancelled};
    }
    ++sink_->pages;
    return BufferStore::read(page, visit);
  }

  void accept(RowId row) { sink_->accept(sink_, row); }
  bool is_full() const { return sink_->is_full; }

  /// Returns the status of a walk that has ended with `status`: ok if it ended because the sink was
  /// full.
  Status end(const Status& status) const {
    return status.code == StatusCode::kCancelled ? Status{} : status;
  }

 private:
  RowSink* sink_;
};

}  // namespace vecext::pg
