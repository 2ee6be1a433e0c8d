// The costs of an access method's searches in queries with conditions. By them, pg/plan/scan
// chooses between the ways of finding the rows (filter_policy.h).
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The properties of an index that the costs depend on. A method leaves the properties that it
/// lacks at 0.
struct SearchTraits {
  int32 links;          // the most links that a node of the graph has
  bool has_codes;       // true if searches can scan the codes of all rows of a set
  double measured_row;  // us to compute a row's distance from the table, beyond the time for a
                        // vector
};

/// A search for rows of a set.
struct SetSearch {
  double table_rows;
  double matching;  // rows that match all conditions
  double in_set;
  double wanted;
  bool is_kept;  // earlier statements have kept the set, with what searches have made of it
};

/// The costs of a method's searches, in microseconds. A step is a visit to a list or a node
/// (ScanStep).
struct FilteredSearchCosts {
  double set_step;       // a step of an inline search
  double rechecked_row;  // to look up a row that was found and see whether it matches

  /// True if searches find rows exactly in the order of their distances, whatever conditions the
  /// rows match. Each row found then matches with the probability with which a row of the table
  /// matches.
  bool matches_by_chance;

  /// Returns the cost of a step of a postfilter search.
  double (*step)(const SearchTraits& traits);

  /// Returns how many steps a postfilter search for `rows` rows takes.
  double (*steps)(double rows);

  /// Returns the most rows of a first postfilter search, as a multiple of the rows wanted.
  double (*most_at_first)(const SearchTraits& traits);

  /// Returns the cost of an inline search of a set that is already made.
  double (*search_set)(const SearchTraits& traits, const SetSearch& search);
};

}  // namespace vecext::pg
