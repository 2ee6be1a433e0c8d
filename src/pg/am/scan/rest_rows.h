// The end of an ordered scan: all rows of its index that no search has found, in the exact order of
// their distances, which come from the table. So a scan is complete, whatever a graph's links lead
// to and whatever rebuilt the index meanwhile.
#pragma once

#include "core/base/row_set.h"
#include "pg/am/scan/exact_rows.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// What a search took.
struct SearchCost {
  int64 pages;     // of the index
  int64 reranked;  // rows of the table that were looked up
};

/// Does it take less to compare `rows` rows, all that an index has, by the table in their order
/// than to search again after a search that took so much, or than a first one for k rows?
bool is_rest_cheaper(int64 rows, const SearchCost& last);
bool is_rest_cheaper(int64 rows, int32 k);

/// Where the rest of a scan comes from; all of it lives as long as the rows are asked for.
struct RestSource {
  const ScanMethod* method;
  const OrderedScan* scan;
  IndexScanDesc index_scan;
  BufferHints* known;  // of the table's pages; may be null
  double nearest;      // rows nearer than that come behind the others,
  bool leaves_nearer;  // or not at all
};

/// The rows of the index that are not in `handed_out`. Memory from the current context, but for
/// those rows; `heap` is what they are looked up with, the caller's to close.
ExactRows* find_rest(const RestSource& source, const RowSet& handed_out, HeapRows** heap);

}  // namespace vecext::pg
