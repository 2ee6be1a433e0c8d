// The end of an ordered scan: all rows of its index that no search has found, in the exact order of
// their distances in the table. It makes the scan complete even if a graph's links do not lead to
// every node, or if the index was rebuilt during the scan.
#pragma once

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "pg/am/scan/exact_rows.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// Each search of a scan is for so many times the rows of the one before.
inline constexpr int32 kMoreRows = 4;

/// The work of a search.
struct SearchCost {
  int64 pages;     // of the index
  int64 reranked;  // rows of the table that were looked up
};

/// True if comparing all `rows` rows of an index, in the order of the table, takes less time than
/// the next search after one of that cost, or than a first search for k rows.
bool is_rest_cheaper(int64 rows, const SearchCost& last);
bool is_rest_cheaper(int64 rows, int32 k);

/// The source of the rest of a scan, which must live until its last row is read.
struct RestSource {
  const ScanMethod* method;
  const OrderedScan* scan;
  IndexScanDesc index_scan;
  CachedFile* file;    // of the index
  double nearest;      // rows nearer than that are returned after the others,
  bool leaves_nearer;  // or not at all
  int64 wanted;        // rows that a LIMIT takes of the scan; 0: not known
};

/// The rows of the index, or of `among` if that is not null, that are not in `handed_out`. Memory
/// comes from the current context.
RowMarks* mark_rest(const ScanMethod& method, IndexScanDesc scan, const RowSet& handed_out,
                    const RowBits* among);

/// The rows of the index that are not in `handed_out`, by their distances. Memory comes from the
/// current context. The caller closes *heap, which looks the rows up.
ExactRows* find_rest(const RestSource& source, const RowSet& handed_out, HeapRows** heap);

}  // namespace vecext::pg
