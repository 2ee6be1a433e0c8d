// Rows in the exact order of their distances, computed from the table: the rows of a set, of an
// index, or of the whole table.
//
// The nearest rows are kept in memory, as many as fit into half of work_mem. The others are sorted
// beside them, in temporary files. If a LIMIT takes few rows, the others are dropped instead.
// Should rows be wanted beyond those kept, the source is read once more, and no row is dropped
// then.
#pragma once

#include <limits>

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "core/filter/row_marks.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/sorted_rows.h"

namespace vecext::pg {

class ExactRows {
 public:
  /// The source of the rows. With `indexed` it is an index, and `filter` and `handed_out` are not
  /// used; with `set` a set; with neither the whole table.
  struct Source {
    Relation table;
    Snapshot snapshot;
    const RowBits* set;
    RowMarks* indexed;         // the index's row ids; next() removes each row that it returns
    ScanFilter* filter;        // which rows match
    const RowSet* handed_out;  // rows to leave out, by the ids of their visible versions
    const void* query;         // elements as stored in the column
    double nearest;            // rows nearer than that are returned after the others,
    bool leaves_nearer;        // or not at all
    double most_distance = std::numeric_limits<double>::infinity();  // farther rows are left out
    int64 wanted;  // rows that the plan above reads; 0: not known, PG_INT64_MAX: all
    HeapRows* heap;
  };

  /// Memory comes from `context`, which must live as long as this object.
  ExactRows(const Source& source, MemoryContext context);

  /// Gets the next row; false after the last. The row id is the index's if the source is an index,
  /// otherwise that of the visible version.
  bool next(ItemPointer row);

  /// The distance of the row that next() has got, if it has a value.
  double last_distance() const { return last_.distance; }

  /// Drops the rows. The caller closes the heap.
  void close();

  /// The number of rows compared so far; a row that was read twice counts twice.
  int64 compared() const { return compared_; }

 private:
  /// The groups of rows, in the order in which they are returned.
  enum class Turn : uint8 { kInOrder, kNearer, kNoDistance };
  static constexpr int kTurns = 3;

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
  void compare(RowId row);
  void add(const Row& row);
  void keep(const Row& row);
  void put_aside(const Row& row);
  bool next_sorted();
  bool next_kept();
  bool wants_all() const { return source_.wanted == PG_INT64_MAX; }
  bool drops() const { return !has_last_ && source_.wanted > 0 && source_.wanted <= most_ / 2; }

  Source source_;
  MemoryContext context_;
  Row* rows_;  // after collect() a heap with the nearest row on top, or sorted, the nearest last
  int64 count_;
  int64 room_;
  int64 most_;
  bool is_collected_;
  bool has_last_;
  Row last_;     // the last row returned
  bool is_cut_;  // rows from `cut_` on did not fit:
  Row cut_;
  bool is_dropped_;  // they are dropped, not sorted
  SortedRows sorted_[kTurns];
  int64 compared_;
};

}  // namespace vecext::pg
