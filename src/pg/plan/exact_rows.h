// All rows that match the conditions of a scan, in the exact order of their distances: those of a
// set, or of the whole table.
//
// As many rows as work_mem takes are kept, the nearest; when these are used up, the others are
// looked at once more.
#pragma once

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "pg/am/heap_rows.h"
#include "pg/am/scan_filter.h"

namespace vecext::pg {

class ExactRows {
 public:
  /// Where rows come from, and which of them count. `set` null: the whole table.
  struct Source {
    Relation table;
    Snapshot snapshot;
    const RowBits* set;
    ScanFilter* filter;
    const RowSet* handed_out;  // left out; rows as their versions are called, not their chains
    const void* query;         // elements as the column has them
    HeapRows* heap;
  };

  /// Memory from `context`, which lives as long.
  ExactRows(const Source& source, MemoryContext context);

  /// The next row's version; false after the last.
  bool next(ItemPointer row);

  /// Rows compared, all in all.
  int64 compared() const { return compared_; }

 private:
  struct Row {
    double distance;
    RowId row;
    bool is_null;  // it has no distance: behind all others

    friend bool operator<(const Row& a, const Row& b) {
      if (a.is_null != b.is_null) {
        return b.is_null;
      }
      return a.distance != b.distance ? a.distance < b.distance : a.row.packed() < b.row.packed();
    }
    friend bool operator>(const Row& a, const Row& b) { return b < a; }
  };

  void collect();
  void collect_set();
  void collect_table();
  void look_at();
  void add(const Row& row);

  Source source_;
  MemoryContext context_;
  Row* rows_;  // a heap, the nearest on top, once they are collected
  int64 count_;
  int64 room_;
  int64 most_;
  bool is_collected_;
  bool has_last_;
  Row last_;     // of the rows given, the farthest
  bool is_cut_;  // rows from `cut_` on were left out
  Row cut_;
  int64 compared_;
};

}  // namespace vecext::pg
