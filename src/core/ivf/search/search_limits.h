// The limits of a search, and what it did.
#pragma once

#include "core/effort/noted_rows.h"
#include "core/filter/row_filter.h"

namespace vecext::ivf {

struct SearchLimits {
  std::int32_t k;       // rows wanted
  std::int32_t skip;    // lists to skip at first, which earlier searches have scanned
  std::int32_t probes;  // lists to scan; if 0, the search scans lists until few rows are expected
                        // in the rest
  float missing;        // if probes is 0: the share of the k nearest rows that may be missing
  RowFilter filter;

  // The most lists that the search may scan, or 0 if there is no such limit. A search that has
  // scanned that many and would go on gives up (SearchCounts::gave_up).
  std::int32_t most_lists = 0;

  // If it is not null, the search notes here how much effort each row needs
  // (EarlyTermination::effort()).
  NotedRows* noted = nullptr;
};

/// What a search did.
struct SearchCounts {
  std::int64_t lists;
  std::int64_t pages;
  std::int64_t rows;      // rows scored
  std::int64_t compared;  // rows, in the set or not, whose score was compared with the k-th
                          // smallest so far
  std::int64_t within;    // rows compared whose score is at most that
  // These are counted in a search for the rows of a set.
  std::int64_t tested;   // rows of whole blocks that were tested
  std::int64_t matched;  // rows tested that are in the set
  bool gave_up;          // most_lists ended the search: rows may be missing that are nearer than
                         // the rows found
};

}  // namespace vecext::ivf
