// What a search is asked for, and what it did.
#pragma once

#include "core/filter/filter.h"

namespace vecext::ivf {

struct SearchLimits {
  std::int32_t k;       // rows wanted
  std::int32_t skip;    // lists to leave out at first: those of earlier searches
  std::int32_t probes;  // lists to look at; 0: until few rows are to be expected in the rest
  float recall;         // with probes = 0: the mean recall to aim at; 0: kDefaultRecall
  RowFilter filter;

  // A budget, 0 for none: a search that has looked at so many lists, and would go on, gives up
  // (SearchCounts::gave_up).
  std::int32_t most_lists = 0;
};

/// What a search did.
struct SearchCounts {
  std::int64_t lists;
  std::int64_t pages;
  std::int64_t rows;      // scored
  std::int64_t compared;  // rows, in the set or not, with the k-th nearest of their time
  std::int64_t within;    // of these, as near
  // Of a search among the rows of a set:
  std::int64_t tested;   // rows that the set was asked for, whole blocks
  std::int64_t matched;  // of these, in the set
  bool gave_up;          // the budget ended it: there may be nearer rows than it promises
};

}  // namespace vecext::ivf
