// What an access method does for a scan: it searches for the k nearest rows, again and again for
// more of them. Batches, exact distances, the order of rows and their completeness are
// ordered_scan.h's.
#pragma once

#include "core/filter/row_marks.h"
#include "core/result/candidates.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/vector_query.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a search visits on its way to rows.
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
  VectorQuery query;
  MemoryContext context;  // lives as long as the query
  void* method_state;     // the method's state
  int32 k;                // rows to search for
  SearchRequest order;    // what restricts the search; nothing where there are no conditions
  bool is_filtered;       // there are conditions
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

}  // namespace vecext::pg
