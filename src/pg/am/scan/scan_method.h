// What an access method does for a scan: it searches for the k nearest rows, and searches again if
// more rows are wanted. ordered_scan.h does everything else: batches, exact distances, order and
// completeness.
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
  int64 pages;  // pages of the index that were read
  int64 rows_scored;
  int64 rows_reranked;
  // The recall that the last search expects, if it aimed at a recall and expects one; otherwise 0.
  double expected_recall;
  double expected_easy;  // steps that are expected for a query near the rows
  double expected_hard;  // steps that are expected for a query between rows

  /// True if the last search aimed at a recall, even if it cannot say which recall it expects.
  bool has_aimed() const { return expected_easy > 0; }
};

/// What a query says about the order of rows.
enum class QueryOrder : uint8 {
  kByDistance,
  kUnestimated,  // estimates mean nothing for this query, so all rows must be compared
  kNone,         // all rows are equally near to the query
};

/// How a search ended.
enum class SearchEnd : uint8 {
  kByItself,
  kGivenUp,  // by order.most_visited; its rows are dropped
  kSpent,    // by most_rows
};

/// What kind of search can follow.
enum class NextSearch : uint8 {
  kForMore,    // a search that finds its rows again, and more
  kElsewhere,  // a search in another part of the index, which finds other rows
  kNone,       // no search, as it would find no new row
  kNoneAsAll,  // no search, as searches have found all rows of the index
};

/// How near the rows may be that no search has found.
enum class RowsLeft : uint8 {
  kBeyond,  // all are farther than what the last search looked at
  kLevel,   // all have distance 0, which is the greatest possible
  kAnywhere,
};

/// What plan_next() returns.
struct SearchPlan {
  NextSearch next;
  RowsLeft left = RowsLeft::kBeyond;
  bool keeps_order = true;  // true if a row that the next search finds counts as late if it is
                            // nearer than a row that was returned before
};

/// The part of a scan's state that its access method sees.
struct OrderedScan {
  ScanQuery query;
  Relation table;
  Snapshot snapshot;
  MemoryContext context;  // lives as long as the query
  void* method_state;     // method_state_size bytes
  int32 k;                // rows to search for
  int32 aimed;            // for the first search of a query, how many rows the plan above reads,
                          // but at most k, or k if that is not known; 0 for a later search
  SearchRequest order;    // restricts the search; all zeros without a filter
  bool is_filtered;       // true if there is a filter
  // These follow the settings at the start of a query; PG_INT64_MAX means no limit.
  int64 most_rows;      // most rows to return, or to recheck by a filter
  int64 most_compared;  // most rows to compare in place of a search
  bool is_single;       // true if there is only one search, for most_rows
  QueryOrder query_order;
  OrderUse order_use;  // of the nodes above; kNone if a setting asks for an approximate order
  // The search sets these:
  bool exact;       // true if bounds are the operator's distances, so rows need not be looked up
  double rounding;  // rows whose distances differ by at most this count as equally near, as a
                    // search may find only some of them; a row that is nearer by so little is not
                    // late
  bool is_part;     // true if the search read a part of the index, and later searches read other
                    // parts
  SearchEnd end;
  RowsLeft left;  // SearchPlan::left of the last search
  ScanWork work;  // each search adds what it did

  /// True if a node above relies on the order of rows.
  bool is_strict() const { return order_use != OrderUse::kNone; }

  /// True if late rows are left out.
  bool drops_late() const { return order_use == OrderUse::kForGroups; }

  /// Returns how the next search finds rows that match.
  SearchWay way() const {
    if (order.rows.has_set()) {
      return SearchWay::kInline;
    }
    return is_filtered && !order.all_match ? SearchWay::kPostfilter : SearchWay::kPlain;
  }

  /// Returns how many of the nearest rows must be found with the recall aimed at.
  int32 rows_for_recall() const {
    if (is_filtered) {
      return Min(order.needed, k);
    }
    return aimed > 0 ? aimed : k;
  }

  /// Returns the number of rows by which the search belongs to a class of observed searches.
  /// Returns infinity, which belongs to no class, for a later search of a query: it is never
  /// observed, and queries with later searches need more effort than most.
  double rows_of_class() const {
    return aimed > 0 ? rows_for_recall() : std::numeric_limits<double>::infinity();
  }
};

/// Where to look for rows that match a condition.
struct MatchSource {
  Relation index;
  Relation table;
  Snapshot snapshot;
};

/// An access method's part of a scan.
struct ScanMethod {
  ScanStep step;
  Size method_state_size;  // bytes of the method's state, which is zeroed for each query

  /// True if searches are the fastest way to find any number of rows. The rows of the table are
  /// then compared only if no search can find them.
  bool is_fastest;

  /// Reads the query into scan->query and into memory of scan->context, which is the current
  /// context.
  void (*read_query)(OrderedScan* scan, Relation index, const ScanKeyData& key);

  /// Prepares the state for a new query. Returns the cache entry of the index.
  CachedFile* (*start)(OrderedScan* scan, Relation index);

  /// Searches for the k nearest rows. The current context lives as long as the batch.
  void (*search)(OrderedScan* scan, Relation index, Candidates* found);

  /// Plans the next search, and sets scan->k for it. `full` is true if the last search found k
  /// rows, or more than the batch has. If it is false, the search found all rows that it could
  /// find.
  SearchPlan (*plan_next)(OrderedScan* scan, bool full);

  /// Returns roughly how many rows the index has. A scan calls it a few times.
  int64 (*count_rows)(Relation index);

  /// Adds the rows of the index that fulfil a condition on its first column to the list. It is null
  /// if no operator of the method's classes is a condition.
  void (*list_matches)(const MatchSource& source, const ScanKeyData& key, RowList* rows);

  /// True if searches find all rows that match a condition with the same operand as the order. It
  /// is called after read_query(). The pointer is null if list_matches is null.
  bool (*search_returns_matches)(const OrderedScan& scan);

  /// Gives the sink all rows of the index that the scan's snapshot may see, until the sink is full.
  /// It may also give other rows, and some rows twice.
  void (*each_row)(Relation index, RowSink* sink);
};

}  // namespace vecext::pg
