// Rows that do not fit into memory, in the order of their distances, by the server's sort.
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
  /// Memory comes from `context`, of the current resource owner.
  explicit SortedRows(MemoryContext context) : context_(context) {}

  /// True if a row was added since the last close().
  bool is_any() const { return sort_ != nullptr; }

  /// Adds a row. After the first next() none may be added.
  void add(double distance, RowId row);

  /// Gets the nearest row that is left, of rows at the same distance the first of the table; false
  /// after the last.
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
