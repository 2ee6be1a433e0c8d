// Looks up rows of the table by their row ids, and computes the distances of their values. Indexes
// of vectors have codes only.
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

/// The rows that a table may have: checks row ids that an index has, before the server reads the
/// table's page, as for page 0xffffffff it would extend the table. VACUUM removes rows from the
/// index before it truncates the table, so that an index never names a row behind the table's end,
/// here or on a standby.
class RowCheck {
 public:
  /// Raises that the index is damaged if its table can have no such row. Takes the size of the
  /// table when a row lies behind the size taken before.
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
  /// For the rows of `heap` that `snapshot` sees, with the value that `index` has of them, a
  /// column or an expression. Memory comes from the current context; call close() at the end.
  /// `entry`, of the index, remembers where the table's pages and values are, and may be null.
  HeapRows(Relation heap, Relation index, Snapshot snapshot, const RowValues& values,
           CachedFile* entry = nullptr);

  /// How many rows ahead to call prefetch(); prefetch_line() as many before that.
  static constexpr int64 kRowsAhead = 5;

  /// Prefetch the line pointer of a row, and then its tuple. prefetch() reads the line pointer, so
  /// it comes a few rows after prefetch_line().
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

  /// Pins the page in `fetch` if it is known where it is in shared buffers. `fetch` may be the
  /// executor's, of the same table, which fetches a row of the page next: the server looks a page
  /// up in its hash table unless `fetch` has it pinned.
  void hold_page(IndexFetchTableData* fetch, PageId page) const;

  /// Looks the row up; false if the snapshot does not see it. Raises that the index is damaged if
  /// the table can have no such row.
  bool look_up(RowId row);

  /// The row looked up.
  TupleTableSlot* slot() const { return slot_; }

  /// The operator's distance from `query` (elements as stored, of vectors) to the row looked up,
  /// with NaN as infinity; false if the row has no value.
  bool distance(const void* query, double* distance);

  // The following are for vectors alone.

  /// The row's elements as floats, valid until the next call; null if the snapshot does not see the
  /// row or it has no value.
  const float* vector(RowId row);

  /// The elements of a dead row, valid until the next call. Null if the table has removed the row,
  /// or if any of its columns is out of line, as those values may have been removed already; but
  /// not if the own transaction has removed it.
  const float* vector_of_dead(RowId row);

  /// As vector(), but returns the elements as they are stored.
  const void* stored(RowId row);

  /// Keeps the out-of-line values that are read from now on in `recent` too, until the next call.
  void keep_values(DetoastCache* recent) { pg::keep_values(&reader_.toast, recent); }

  /// Releases the pages and relations that are pinned and open. Call it after each batch of rows.
  void release() {
    table_index_fetch_reset(fetch_);
    close_toast(&reader_.toast.scan);
  }

  void close();

 private:
  bool look_up(RowId row, Snapshot snapshot);

  /// The indexed value of the row looked up, in per-tuple memory; false if it is null.
  bool value_of_row(Datum* value);

  double measure_value(Datum value);

  /// Notes where in its row the value lies, if it is out of line, for prefetch_value(), and where
  /// to look for it.
  void note_value(Datum value);

  ValueReader reader_;
  const ValueDistance* measure_;
  Relation index_;
  RowCheck row_check_;
  EState* estate_;
  // The value is a column of the table, or an expression. Expressions of key columns are not
  // evaluated: a query does not name them, so they are code of the index's owner.
  AttrNumber column_;      // 0: an expression
  ExprState* expression_;  // null: a column
  IndexFetchTableData* fetch_;
  TupleTableSlot* slot_;
  Snapshot snapshot_;
  CachedFile* entry_;
  BufferHints* known_;
  Size value_at_ = 0;  // offset of an out-of-line value in the row read last; 0: none
  bool is_heap_;
};

}  // namespace vecext::pg
