// Rows of the table by number: where lists hold codes, the table has the vectors.
#pragma once

#include "core/base/ids.h"
#include "pg/am/common/indexed_value.h"
#include "pg/store/buffer_hints.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tableam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

class HeapRows {
 public:
  /// For the rows of `heap` that `snapshot` sees, by the columns or expression of `index`. Memory
  /// from the current context; close() ends it.
  /// `known` remembers where the table's pages are, and may be null.
  HeapRows(Relation heap, Relation index, Snapshot snapshot, const OpclassInfo& info, int32 dims,
           BufferHints* known = nullptr);

  /// Rows whose bytes are on their way while one is looked at; those of as many more, where they
  /// are.
  static constexpr int64 kRowsAhead = 5;

  /// The row will be looked at: to be called one after the other, the second a few rows later.
  void prefetch_line(RowId row) const {
    if (known_ != nullptr) {
      known_->prefetch_line(row.page, row.line);
    }
  }
  void prefetch(RowId row) const {
    if (known_ != nullptr) {
      known_->prefetch_row(row.page, row.line);
    }
  }

  /// The same for its value, if that is out of line: when the row is on its way.
  void prefetch_value(RowId row) const;

  /// A row of the page will be fetched by `fetch`, this one's own or the executor's of the same
  /// table. The server looks a page up in a hash table, unless it is the one that was fetched from
  /// last: so it is given that, if it is known where the page is.
  void hold_page(IndexFetchTableData* fetch, PageId page) const;

  /// Looks the row up; false where the snapshot does not see it.
  bool look_up(RowId row);

  /// The row looked up.
  TupleTableSlot* slot() const { return slot_; }

  /// The operator's distance from `query` (elements as stored) to the row looked up; false where it
  /// has no value. NaN is given as infinity.
  bool distance(const void* query, double* distance);

  /// The row's elements as floats, valid until the next call; null where the snapshot does not see
  /// the row.
  const float* vector(RowId row);

  /// The elements of a row that the snapshot does not see, as long as the table has it and nothing
  /// of it is out of line, where that may be gone already; else null.
  const float* vector_of_dead(RowId row);

  /// The row's elements as stored, as vector() finds them.
  const void* stored(RowId row);

  /// Has out-of-line values read from now on kept in `recent` too, until it is told another place.
  void keep_values(DetoastCache* recent) { pg::keep_values(&reader_.toast, recent); }

  /// Lets go of the pages and relations looked at last, between two batches of calls.
  void release() {
    table_index_fetch_reset(fetch_);
    close_toast(&reader_.toast.scan);
  }

  void close();

 private:
  bool look_up(RowId row, Snapshot snapshot);

  /// The indexed value of the row looked up, in per-tuple memory; false where there is none.
  bool value_of_row(Datum* value);

  /// Keeps where in its row the value lies, if it is out of line.
  void note_value(Datum value);

  ValueReader reader_;
  IndexInfo* index_info_;
  EState* estate_;
  IndexFetchTableData* fetch_;
  TupleTableSlot* slot_;
  Snapshot snapshot_;
  BufferHints* known_;
  Size value_at_ = 0;  // in the row read last, where its value is out of line; 0: it is not
  bool is_heap_;
};

}  // namespace vecext::pg
