// Rows in the exact order of their distances, which come from the table: those of a set, of an
// index, or of the whole table.
//
// As many rows as work_mem takes are kept, the nearest; when these are used up, the others are
// looked at once more.
#pragma once

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "core/filter/row_marks.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/scan_filter.h"

namespace vecext::pg {

class ExactRows {
 public:
  /// Where rows come from, and which of them count. `set` and `indexed` null: the whole table.
  struct Source {
    Relation table;
    Snapshot snapshot;
    const RowBits* set;
    RowMarks* indexed;         // rows as an index has them: given by the same numbers, then removed
    ScanFilter* filter;        // null: all match
    const RowSet* handed_out;  // left out, null for none; rows as their versions are called, not
                               // their chains
    const void* query;         // elements as the column has them
    double nearest;            // rows nearer than that come behind the others,
    bool leaves_nearer;        // or not at all
    HeapRows* heap;
  };

  /// Memory from `context`, which lives as long.
  ExactRows(const Source& source, MemoryContext context);

  /// The next row, its version unless it is of an index; false after the last.
  bool next(ItemPointer row);

  /// Rows compared, all in all.
  int64 compared() const { return compared_; }

 private:
  /// Which rows come first.
  enum class Turn : uint8 { kInOrder, kNearer, kNoDistance };

  struct Row {
    double distance;
    RowId row;
    Turn turn;

    friend bool operator<(const Row& a, const Row& b) {
      if (a.turn != b.turn) {
        return a.turn < b.turn;
      }
      return a.distance != b.distance ? a.distance < b.distance : a.row.packed() < b.row.packed();
    }
    friend bool operator>(const Row& a, const Row& b) { return b < a; }
  };

  void collect();
  template <class Rows, class Look>
  void look_up_each(const Rows& rows, const Look& look);
  void collect_set();
  void collect_indexed();
  void collect_table();
  void look_at();
  void take(RowId row);
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
