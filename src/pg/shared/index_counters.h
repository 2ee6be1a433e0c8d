// What all sessions count of the scans of an index, since the server started or since somebody has
// reset the counters. The counters are lost when the server stops or crashes.
//
// They lie in a table of fixed size in shared memory, which all builds of the library share. The
// first session that counts makes it, so no setting that is read at the start of the server is
// needed. A session counts nothing if it cannot get the table, and nothing for an index for which
// the table has no room. The room of an index that was dropped is used again when another index
// needs it, or when a session reads the counters.
#pragma once

#include "core/base/time_buckets.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "datatype/timestamp.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// The setting vecext.track_scans: scans are counted if it is true.
extern bool track_scans;

/// How a scan has found its rows.
enum class ScanWay : uint8 {
  kPlain,       // by searches, without a filter
  kPostfilter,  // by searches whose rows were checked in the table
  kInline,      // by searches for rows of a set
  kCompared,    // by comparing all rows that were left, after searches or without one
  kByKeys,      // by conditions on columns of the index, in no order
  kWays
};
inline constexpr Size kScanWays = static_cast<Size>(ScanWay::kWays);

/// What one scan of an index adds to its counters.
struct ScanCounts {
  ScanWay way;
  int64 steps;  // lists, nodes or windows
  int64 pages;  // pages of the index
  int64 rows_scored;
  int64 rows_reranked;
  int64 rows;  // rows that the scan has returned
  int64 nanoseconds;
};

/// The counters of an index. Number is an integer, or an atomic one in shared memory.
template <class Number>
struct IndexCounters {
  Number scans[kScanWays];
  Number last_scan;  // when the last of them ended, a TimestampTz; 0 if there was none
  Number steps;
  Number pages;
  Number rows_scored;
  Number rows_reranked;
  Number rows;
  Number nanoseconds;
  Number observed_queries;
  Number observed_rows;        // rows that the first searches of observed queries had to find
  Number missed_rows;          // rows of these that they have missed
  Number damages;              // errors that say that the index is damaged
  Number times[kTimeBuckets];  // scans by their duration (time_bucket())
};
using IndexCounts = IndexCounters<uint64>;

/// The counters of an index of the current database, and since when they count.
struct CountedIndex {
  Oid index;
  TimestampTz since;
  IndexCounts counts;
};

/// Counts a scan. The functions that count never raise an error. They count nothing for temporary
/// indexes, which could take the room of all others.
void count_scan(Relation index, const ScanCounts& scan);

/// Counts an observed query, of whose `rows` nearest rows the first search has missed `missed`.
void count_observed(Relation index, int64 rows, int64 missed);

/// Counts an error that says that the index is damaged. It may be called with a page locked, since
/// an error follows.
void count_damage(Relation index);

/// Sets the number of such errors to zero, as the index is built again.
void forget_damages(Relation index);

/// Returns the counters of all indexes of the current database, in the current memory context.
/// Removes counters of indexes and databases that no longer exist.
GrowingArray<CountedIndex> counted_indexes();

/// Sets the counters of an index of the current database to zero, or those of all its indexes if
/// `index` is null.
void reset_counters(const Oid* index);

}  // namespace vecext::pg
