// Rows in the exact order of their distances, which are computed from the table: the rows of a set,
// of an index, or of the whole table.
//
// As many of the nearest rows are kept in memory as fit into half of work_mem. The others are
// sorted in temporary files or, if a LIMIT takes few rows, dropped. If rows beyond the kept ones
// are wanted after all, the source is read once more, and then no row is dropped.
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
  /// The source of the rows. It is an index if `indexed` is not null; `filter` and `handed_out` are
  /// not used then. Otherwise it is a set if `set` is not null, and the whole table if `set` is
  /// null.
  struct Source {
    Relation table;
    Snapshot snapshot;
    const RowBits* set;
    RowMarks* indexed;         // the index's row ids, from which next() removes each row that it
                               // returns
    ScanFilter* filter;        // tells which rows match
    const RowSet* handed_out;  // rows to leave out, by the ids of their visible versions
    const void* query;         // the query's elements as stored in the column
    double nearest;            // rows nearer than this are returned after the others
    bool leaves_nearer;        // true if such nearer rows are left out instead
    double most_distance = std::numeric_limits<double>::infinity();  // farther rows are left out
    int64 wanted;  // rows that the plan above reads; 0 if that is not known, PG_INT64_MAX for all
    HeapRows* heap;
  };

  /// Memory comes from `context`, which must live as long as this object.
  ExactRows(const Source& source, MemoryContext context);

  /// Gets the next row. Returns false after the last. If the source is an index, *row is the row id
  /// that the index has; otherwise it is the id of the visible version.
  bool next(ItemPointer row);

  /// Returns the distance of the row that next() got last, if the row has a value.
  double last_distance() const { return last_.distance; }

  /// Drops the rows. The caller closes `heap`.
  void close();

  /// Returns the number of rows compared so far. A row that was read twice counts twice.
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
  Row* rows_;  // after collect(), it is a heap with the nearest row on top, or an array with the
               // nearest row last
  int64 count_;
  int64 room_;
  int64 most_;
  bool is_collected_;
  bool has_last_;
  Row last_;     // the last row returned
  bool is_cut_;  // true if the rows from `cut_` on did not fit into memory
  Row cut_;
  bool is_dropped_;  // true if the rows from `cut_` on are dropped, false if they are in
                     // `sorted_`
  SortedRows sorted_[kTurns];
  int64 compared_;
};

}  // namespace vecext::pg
