// The costs of an access method's searches in queries with conditions. pg/plan/scan chooses by them
// between the ways of finding the rows (filter_policy.h).
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The properties of an index that the costs depend on. A method leaves those that it lacks 0.
struct SearchTraits {
  int32 links;          // the most links of a graph's node
  bool has_codes;       // searches can scan the codes of all rows of a set
  double measured_row;  // to compute a row's distance from the table, beyond that of a vector: us
};

/// A search for rows of a set.
struct SetSearch {
  double table_rows;
  double matching;  // rows that match all conditions
  double in_set;
  double wanted;
  bool is_kept;  // by earlier statements, with what searches have made of it
};

/// Costs are in microseconds; a step is a list or a node (ScanStep).
struct FilteredSearchCosts {
  double set_step;       // a step of an inline search
  double rechecked_row;  // a row found, and looked up to see whether it matches

  /// True if searches find rows exactly in their order, whatever conditions they match: then those
  /// found match as often as chance has it.
  bool matches_by_chance;

  /// The cost of a step of a postfilter search.
  double (*step)(const SearchTraits& traits);

  /// The steps of a postfilter search for `rows` rows.
  double (*steps)(double rows);

  /// The most rows of a first postfilter search, as a multiple of the rows wanted.
  double (*most_at_first)(const SearchTraits& traits);

  /// The cost of an inline search of a set that is made already.
  double (*search_set)(const SearchTraits& traits, const SetSearch& search);
};

}  // namespace vecext::pg
