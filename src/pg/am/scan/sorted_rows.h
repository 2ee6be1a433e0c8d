// Rows that do not fit into memory, which the server's sort puts in the order of their distances.
#pragma once

#include "core/base/ids.h"
#include "pg/sys/pg.h"

extern "C" {
#include "executor/tuptable.h"
#include "utils/tuplesort.h"
}

namespace vecext::pg {

class SortedRows {
 public:
  /// Memory comes from `context`, and files from the current resource owner.
  explicit SortedRows(MemoryContext context) : context_(context) {}

  /// True if a row was added since the last close().
  bool is_any() const { return sort_ != nullptr; }

  /// Adds a row. No row may be added after the first next().
  void add(double distance, RowId row);

  /// Gets the nearest row that is left. Rows at the same distance come in the order of the table.
  /// Returns false after the last row.
  bool next(double* distance, RowId* row);

  /// Drops the rows and their temporary files.
  void close();

 private:
  void open();

  MemoryContext context_;
  Tuplesortstate* sort_ = nullptr;
  TupleTableSlot* in_ = nullptr;
  TupleTableSlot* out_ = nullptr;
  bool is_sorted_ = false;
};

}  // namespace vecext::pg
