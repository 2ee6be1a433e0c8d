// What an access method says of the costs of its searches where a query has conditions: pg/plan
// chooses by it between searching for any rows and rechecking them, searching for rows of a set,
// and comparing all rows.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// What the costs of searches depend on, of one index. What a method does not have stays 0.
struct SearchTraits {
  int32 links;     // of a graph's nodes, at most
  bool has_codes;  // searches can look at the codes of all rows of a set
};

/// A search for rows of a set.
struct SetSearch {
  double table_rows;
  double matching;  // rows that match all conditions
  double in_set;
  double wanted;
};

/// Costs are in microseconds; a step is a list or a node (ScanStep).
struct FilteredSearchCosts {
  double set_step;       // a step of a search for rows of a set
  double rechecked_row;  // a row found, and looked up to see whether it matches

  /// A step of a search for any rows.
  double (*step)(const SearchTraits& traits);

  /// Steps of a search for so many rows that are rechecked.
  double (*steps)(double rows);

  /// A first search is for at most so many times the rows wanted.
  double (*most_at_first)(const SearchTraits& traits);

  /// Searching for rows of a set that is there.
  double (*search_set)(const SearchTraits& traits, const SetSearch& search);
};

}  // namespace vecext::pg
