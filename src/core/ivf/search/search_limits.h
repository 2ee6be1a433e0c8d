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

  // A budget, or 0. A search that has scanned so many lists and would go on gives up
  // (SearchCounts::gave_up).
  std::int32_t most_lists = 0;

  // If it is not null, the search notes in it the effort that each row needs
  // (EarlyTermination::effort()).
  NotedRows* noted = nullptr;
};

/// What a search did.
struct SearchCounts {
  std::int64_t lists;
  std::int64_t pages;
  std::int64_t rows;      // rows scored
  std::int64_t compared;  // rows, in the set or not, that were compared with the k-th nearest so
                          // far
  std::int64_t within;    // rows compared that are at least as near
  // These count in a search for the rows of a set.
  std::int64_t tested;   // rows of whole blocks that were tested
  std::int64_t matched;  // rows tested that are in the set
  bool gave_up;          // the budget ended the search: rows may be missing that are nearer than
                         // those found
};

}  // namespace vecext::ivf
