// What an access method does for a scan: it searches for the k nearest rows, and again for more of
// them. ordered_scan.h does the rest: batches, exact distances, order and completeness.
#pragma once

#include <limits>

#include "core/effort/search_class.h"
#include "core/filter/row_list.h"
#include "core/result/candidates.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/scan/row_sink.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/am/scan/vector_query.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a search visits on its way to rows.
enum class ScanStep { kList, kNode, kWindow };

/// What a scan and all its rescans did.
struct ScanWork {
  ScanStep step;
  int64 steps;
  int64 pages;  // of the index, read
  int64 rows_scored;
  int64 rows_reranked;
  // The recall that the last search expects, if it aimed at one; otherwise 0.
  double expected_recall;
  double expected_easy;  // steps expected for a query that is near the rows
  double expected_hard;  // steps expected for a query between them

  /// True if the last search aimed at a recall, of which it may expect none.
  bool has_aimed() const { return expected_easy > 0; }
};

/// What a query says of the order of rows.
enum class QueryOrder : uint8 {
  kByDistance,
  kUnestimated,  // estimates mean nothing for this query: all rows must be compared
  kNone,         // no row is nearer to it than another
};

/// How a search ended.
enum class SearchEnd : uint8 {
  kByItself,
  kGivenUp,  // by order.most_visited; its rows are dropped
  kSpent,    // by most_rows
};

/// What follows a search.
enum class NextSearch : uint8 {
  kForMore,    // one that finds its rows again, and more
  kElsewhere,  // one in another part of the index, which finds other rows
  kNone,       // none, as it would find no new row
  kNoneAsAll,  // the same, and searches have found all rows of the index
};

/// How near the rows may be that no search has found.
enum class RowsLeft : uint8 {
  kBeyond,  // none is within what the last search looked at
  kLevel,   // all have distance 0, the greatest there is
  kAnywhere,
};

/// What plan_next says.
struct SearchPlan {
  NextSearch next;
  RowsLeft left = RowsLeft::kBeyond;
  bool keeps_order = true;  // rows that the next search finds nearer than those returned are late
};

/// The part of a scan's state that its access method sees.
struct OrderedScan {
  ScanQuery query;
  Relation table;
  Snapshot snapshot;
  MemoryContext context;  // lives as long as the query
  void* method_state;     // method_state_size bytes
  int32 k;                // rows to search for
  int32 aimed;            // of the first search for a query: rows that the plan above reads, at
                          // most k, or k where that is not known; 0: it is a later search
  SearchRequest order;    // restricts the search; all zeros without a filter
  bool is_filtered;       // there is a filter
  // By the settings at the start of a query; PG_INT64_MAX: no limit.
  int64 most_rows;      // the most rows to return, or to recheck by a filter
  int64 most_compared;  // the most rows to compare in place of a search
  bool is_single;       // there is only one search, for most_rows
  QueryOrder query_order;
  OrderUse order_use;  // by the nodes above; kNone if a setting asks for approximate order
  // Set by a search:
  bool exact;       // bounds are the operator's distances, so rows need not be looked up
  double rounding;  // distances that differ by less may be equal: a search takes some of the rows
  bool is_part;     // it read a part of the index; later searches read others
  SearchEnd end;
  RowsLeft left;  // since the last search
  ScanWork work;  // each search adds what it did

  /// True if a node above relies on the order of rows.
  bool is_strict() const { return order_use != OrderUse::kNone; }

  /// True if late rows are left out.
  bool drops_late() const { return order_use == OrderUse::kForGroups; }

  /// How the next search finds rows that match.
  SearchWay way() const {
    if (order.rows.has_set()) {
      return SearchWay::kInline;
    }
    return is_filtered && !order.all_match ? SearchWay::kPostfilter : SearchWay::kPlain;
  }

  /// The nearest rows that must be found with the recall aimed at.
  int32 rows_for_recall() const {
    if (is_filtered) {
      return Min(order.needed, k);
    }
    return aimed > 0 ? aimed : k;
  }

  /// The rows by which the search is in a class of observed ones. A later search of a query is in
  /// none: it is never observed, and such queries need more effort than most.
  double rows_of_class() const {
    return aimed > 0 ? rows_for_recall() : std::numeric_limits<double>::infinity();
  }
};

/// Where rows are looked for that match a condition.
struct MatchSource {
  Relation index;
  Relation table;
  Snapshot snapshot;
};

/// An access method's part of a scan.
struct ScanMethod {
  ScanStep step;
  Size method_state_size;  // bytes of its state, which is zeroed for each query

  /// True if searches are the fastest way to any number of rows: the rows of the table are compared
  /// only if no search can find them.
  bool is_fastest;

  /// Reads the query into scan->query and memory of scan->context, which is current.
  void (*read_query)(OrderedScan* scan, Relation index, const ScanKeyData& key);

  /// Prepares the state for a new query. Returns the cache entry of the index.
  CachedFile* (*start)(OrderedScan* scan, Relation index);

  /// Searches for the k nearest rows. The current context lives as long as the batch.
  void (*search)(OrderedScan* scan, Relation index, Candidates* found);

  /// Plans the next search, and sets scan->k for it. `full` says that the last one found k rows, or
  /// more than the batch has; otherwise it found all there are.
  SearchPlan (*plan_next)(OrderedScan* scan, bool full);

  /// About how many rows the index has. A scan calls it a few times.
  int64 (*count_rows)(Relation index);

  /// Adds the rows of the index that fulfil a condition on its first column to the list. Null: no
  /// operator of its classes is a condition.
  void (*list_matches)(const MatchSource& source, const ScanKeyData& key, RowList* rows);

  /// True if searches find all rows that match a condition with the same operand as the order.
  /// read_query() was called. Null if list_matches is.
  bool (*search_returns_matches)(const OrderedScan& scan);

  /// Gives all rows of the index that the scan's snapshot may see, and perhaps others, some of them
  /// twice, until the sink is full.
  void (*each_row)(Relation index, RowSink* sink);
};

}  // namespace vecext::pg
