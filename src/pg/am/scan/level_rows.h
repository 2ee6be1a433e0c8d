// Rows that all have the greatest possible distance. They are returned one by one, in the order of
// the table, so that a query that wants a few of them reads no others.
#pragma once

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/scan_filter.h"

namespace vecext::pg {

class LevelRows {
 public:
  struct Source {
    Relation table;  // a heap
    Snapshot snapshot;
    const RowBits* set;        // the rows; null for all rows of the table
    ScanFilter* filter;        // tells which rows match; null if all do, and the index is not
                               // partial
    const RowSet* handed_out;  // rows to leave out
    HeapRows* heap;
  };

  explicit LevelRows(const Source& source) : source_(source) {}

  /// Gets the next row. Returns false after the last. Rows without a value come last. With a
  /// filter, row ids are the ids of visible versions, here and in `handed_out`. Without a filter,
  /// they are the row ids that an index has.
  bool next(ItemPointer row);

  /// Ends the scan of the table. The caller closes `heap`.
  void close();

  /// Returns the number of rows looked at so far.
  int64 compared() const { return compared_; }

 private:
  bool next_in_slot();
  RowId id_in_slot();
  bool is_wanted(RowId row);

  Source source_;
  TableScanDesc scan_ = nullptr;
  RowBits::Place place_{};
  RowLines lines_{};
  bool has_value_ = true;    // true if the rows that are returned now have a value
  bool has_others_ = false;  // true if rows without a value follow
  BlockNumber roots_of_ = InvalidBlockNumber;
  OffsetNumber roots_[MaxHeapTuplesPerPage] = {};
  int64 compared_ = 0;
};

}  // namespace vecext::pg
