// Index scans that hand out rows in the order of the operator's distance. What they have in common:
// batches, exact distances from the table, the order of rows, none handed out twice. How rows are
// searched for is the access method's.
#pragma once

#include "core/filter/row_marks.h"
#include "core/result/candidates.h"
#include "pg/am/index_cache.h"
#include "pg/am/opclass.h"
#include "pg/am/scan_filter.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
#include "access/relscan.h"
}

namespace vecext::pg {

/// What a search goes through on its way to rows: lists that it looks at, nodes that it expands.
enum class ScanStep { kList, kNode };

/// What a scan did, all its rescans together.
struct ScanWork {
  ScanStep step;
  int64 steps;
  int64 pages;  // of the index, read
  int64 rows_scored;
  int64 rows_reranked;
  // Of the last search, if it was for a recall; else 0.
  double expected_recall;
  double expected_easy;  // steps, for a query like the rows
  double expected_hard;  // and for one between them
};

/// What a method knows of a scan.
struct OrderedScan {
  OpclassInfo info;
  int32 dims;           // of the column
  const void* query;    // elements as the column has them; zeros for a null query
  void* method_state;   // the method's state
  int32 k;              // rows to search for
  SearchRequest order;  // what restricts the search; nothing where there are no conditions
  bool is_filtered;     // there are conditions
  // What settings say when a query starts; PG_INT64_MAX: nothing.
  int64 most_rows;      // to hand out, or to have rechecked by conditions
  int64 most_compared;  // to compare all at once in place of a search
  bool is_single;       // there is one search, for most_rows
  bool is_hopeless;     // searches say nothing for this query: all rows are to be compared
  bool is_relaxed;      // somebody has asked for rows in about their order
  bool is_strict;       // a node above relies on the order of rows
  bool drops_late;      // rows that are found too late for their order are left out
  // What a search says of its candidates:
  bool exact;     // bounds are the operator's distances, and no row need be looked up
  bool gave_up;   // it ended by order.most_visited
  bool is_spent;  // it ended by most_rows
  bool is_part;   // it was in a part of the index, and others are to come
  // What plan_next says of the next search:
  bool exhausted;     // there is none: it could find nothing new
  bool is_complete;   // nor is there a row of the index that no search has found
  bool is_elsewhere;  // it does not find again what the last one has
  bool keeps_order;   // rows that it finds nearer than those handed out were missed
  ScanWork work;      // each search adds what it did
};

/// An access method's part of a scan.
struct ScanMethod {
  ScanStep step;
  Size method_state_size;  // bytes of its state, zeroed for each query

  /// Prepares its state for a new query; what the backend keeps of the index.
  CachedFile* (*start)(OrderedScan* scan, Relation index);

  /// Searches for the k nearest rows. Memory of the current context lasts as long as the batch.
  void (*search)(OrderedScan* scan, Relation index, Candidates* found);

  /// Plans the next search, after one that has found k rows or more than were handed out (`full`),
  /// or all there are.
  /// `exhausted`, `is_complete` and `is_elsewhere` are false and `keeps_order` true unless it says
  /// otherwise.
  void (*plan_next)(OrderedScan* scan, bool full);

  /// Rows in the index, about, as few calls ask for.
  int64 (*count_rows)(Relation index);

  /// Marks all rows of the index that the scan's snapshot may see, and perhaps others.
  void (*mark_rows)(Relation index, RowMarks* marks);
};

/// Plans the next search to be for more rows, where it is not for the conditions to say.
void search_for_more(OrderedScan* scan);

/// The routine of an access method with ordered scans and so many support functions: all that is no
/// method's own. A server's later fields stay zero.
IndexAmRoutine* ordered_routine(uint16 support);

/// The method's ambeginscan.
IndexScanDesc begin_ordered_scan(const ScanMethod* method, Relation index, int keys, int order_bys);

/// Is it an index of ours?
bool is_ordered_index(Relation index);

/// A scan with its query read, which the first row would do.
const OrderedScan& started_scan(IndexScanDesc scan);

/// Where the pages of such a scan's table were seen; null where that is not known.
BufferHints* known_rows(const OrderedScan& scan, Relation heap);

/// Has EXPLAIN show what a scan did.
void show_work(const ScanWork& work, const ExplainProperties& properties);

/// The work of a scan so far; null for a scan of another kind.
const ScanWork* work_of_scan(IndexScanDesc scan);

/// The last scan that this backend has finished; no index, if none has searched yet.
struct FinishedScan {
  Oid index;
  ScanWork work;
};
const FinishedScan& last_finished_scan();

}  // namespace vecext::pg
