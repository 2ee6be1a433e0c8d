// Looks up rows of the table by their row ids, and computes the distances of their values, because
// indexes of vectors have only codes.
#pragma once

#include "core/base/ids.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/scan/row_values.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "storage/block.h"
#include "storage/off.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Knows which rows a table can have. It checks row ids of an index before the server reads the
/// table's page, as the server would extend the table for page 0xffffffff. VACUUM removes rows from
/// the index before it truncates the table, so an index never names a row behind the table's end,
/// here or on a standby.
class RowCheck {
 public:
  /// Raises the error that the index is damaged if its table cannot have this row. Asks for the
  /// size of the table only when a row lies behind the size known so far.
  void check(Relation index, Relation table, RowId row) {
    if (row.page >= blocks_ || row.line == 0 || row.line > MaxOffsetNumber) [[unlikely]] {
      check_again(index, table, row);
    }
  }

 private:
  void check_again(Relation index, Relation table, RowId row);

  BlockNumber blocks_ = 0;
};

class HeapRows {
 public:
  /// Looks up rows of `heap` that `snapshot` sees, and their values of the first column of `index`,
  /// which is a column of the table or an expression. Memory comes from the current context;
  /// close() has to be called at the end. `entry` is the index's entry in the cache, which
  /// remembers where the table's pages and values are; it may be null.
  HeapRows(Relation heap, Relation index, Snapshot snapshot, const RowValues& values,
           CachedFile* entry = nullptr);

  /// How many rows ahead to call prefetch(). prefetch_line() is called as many rows before that.
  static constexpr int64 kRowsAhead = 5;

  /// prefetch_line() prefetches the line pointer of a row. prefetch() reads the line pointer and
  /// prefetches the tuple, so it is called a few rows after prefetch_line().
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

  /// Prefetches the row's value if that is out of line. The tuple must have been prefetched.
  void prefetch_value(RowId row) const;

  /// Pins the page in `fetch` if the page's place in shared buffers is known. This saves a look-up
  /// in the server's hash table of buffers when the next row that is fetched by `fetch` is one of
  /// the page. `fetch` may be the executor's, if it is for the same table.
  void hold_page(IndexFetchTableData* fetch, PageId page) const;

  /// Looks the row up. Returns false if the snapshot does not see it. Raises the error that the
  /// index is damaged if the table cannot have this row.
  bool look_up(RowId row);

  /// The slot has the row that was looked up last.
  TupleTableSlot* slot() const { return slot_; }

  /// Sets *distance to the operator's distance from `query` to the row that was looked up; a
  /// distance of NaN becomes infinity. `query` has elements as stored, if values are vectors.
  /// Returns false if the row has no value.
  bool distance(const void* query, double* distance);

  // The following functions are for vectors alone.

  /// Returns the row's elements as floats, which are valid until the next call, or null if the
  /// snapshot does not see the row or the row has no value.
  const float* vector(RowId row);

  /// Returns the elements of a dead row, which are valid until the next call. Returns null if the
  /// table no longer has the row. Also returns null if one of the row's columns is out of line, as
  /// the value may have been removed already, unless the current transaction itself has removed the
  /// row.
  const float* vector_of_dead(RowId row);

  /// Does the same as vector(), but returns the elements as they are stored.
  const void* stored(RowId row);

  /// Makes this object also keep in `recent` the out-of-line values that it reads, until the next
  /// call of keep_values().
  void keep_values(DetoastCache* recent) { pg::keep_values(&reader_.toast, recent); }

  /// Releases the pages and relations that are pinned and open. It has to be called after each
  /// batch of rows.
  void release() {
    table_index_fetch_reset(fetch_);
    close_toast(&reader_.toast.scan);
  }

  void close();

 private:
  bool look_up(RowId row, Snapshot snapshot);

  /// Gets the indexed value of the row that was looked up, in per-tuple memory. Returns false if it
  /// is null.
  bool value_of_row(Datum* value);

  double measure_value(Datum value);

  /// Notes for prefetch_value() where in its row the value lies, if it is out of line, and where to
  /// look for it.
  void note_value(Datum value);

  ValueReader reader_;
  const ValueDistance* measure_;
  Relation index_;
  RowCheck row_check_;
  EState* estate_;
  // The value is either a column of the table or an expression. Expressions of key columns are not
  // evaluated: a query does not name them, so its user does not expect it to run this code of the
  // index's owner.
  AttrNumber column_;      // 0 if the value is an expression
  ExprState* expression_;  // null if the value is a column
  IndexFetchTableData* fetch_;
  TupleTableSlot* slot_;
  Snapshot snapshot_;
  CachedFile* entry_;
  BufferHints* known_;
  Size value_at_ = 0;  // offset of an out-of-line value in the row that was read last; 0 if there
                       // was none
  bool is_heap_;
};

}  // namespace vecext::pg
