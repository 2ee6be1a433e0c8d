// The rest of an ordered scan: all rows of its index that no search has found, in the exact order
// of their distances, which are computed from the table. It makes the scan complete even if a
// graph's links do not lead to every node, or if the index was rebuilt during the scan.
#pragma once

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "pg/am/scan/exact_rows.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// Each search of a scan is for so many times the rows of the search before it.
inline constexpr int32 kMoreRows = 4;

/// The work of a search.
struct SearchCost {
  int64 pages;     // pages of the index that it read
  int64 reranked;  // rows of the table that were looked up
};

/// True if it takes less time to compare all `rows` rows of an index, in the order of the table,
/// than to do the next search after one that cost `last`, or a first search for k rows.
bool is_rest_cheaper(int64 rows, const SearchCost& last);
bool is_rest_cheaper(int64 rows, int32 k);

/// The source of the rest of a scan. It must live until the last row of the rest is read.
struct RestSource {
  const ScanMethod* method;
  const OrderedScan* scan;
  IndexScanDesc index_scan;
  CachedFile* file;    // the index's entry in the cache
  double nearest;      // rows nearer than this are returned after the others
  bool leaves_nearer;  // true if such nearer rows are left out instead
  int64 wanted;        // rows that a LIMIT takes from the scan; 0 if that is not known
};

/// Returns the rows of the index, or of `among` if that is not null, that are not in `handed_out`.
/// Memory comes from the current context.
RowMarks* mark_rest(const ScanMethod& method, IndexScanDesc scan, const RowSet& handed_out,
                    const RowBits* among);

/// Returns the rows of the index that are not in `handed_out`, by their distances. Memory comes
/// from the current context. *heap looks the rows up, and the caller closes it.
ExactRows* find_rest(const RestSource& source, const RowSet& handed_out, HeapRows** heap);

}  // namespace vecext::pg
