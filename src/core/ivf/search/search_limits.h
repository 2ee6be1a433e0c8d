// The limits of a search, and what it did.
#pragma once

#include "core/effort/noted_rows.h"
#include "core/filter/row_filter.h"

namespace vecext::ivf {

struct SearchLimits {
  std::int32_t k;       // rows wanted
  std::int32_t skip;    // lists to skip at first: those of earlier searches
  std::int32_t probes;  // lists to scan; 0: until few rows are expected in the rest
  float missing;        // with probes = 0: the share of the k nearest rows that may be missing
  RowFilter filter;

  // A budget, 0 for none: a search that has scanned this many lists, and would go on, gives up
  // (SearchCounts::gave_up).
  std::int32_t most_lists = 0;

  // Notes the effort that each row needs (EarlyTermination::effort()); null: nothing is noted.
  NotedRows* noted = nullptr;
};

/// What a search did.
struct SearchCounts {
  std::int64_t lists;
  std::int64_t pages;
  std::int64_t rows;      // scored
  std::int64_t compared;  // rows, in the set or not, compared with the k-th nearest so far
  std::int64_t within;    // those of them that are as near
  // In a search for the rows of a set:
  std::int64_t tested;   // rows of whole blocks that were tested
  std::int64_t matched;  // those of them in the set
  bool gave_up;          // the budget ended it: there may be nearer rows than it promises
};

}  // namespace vecext::ivf
