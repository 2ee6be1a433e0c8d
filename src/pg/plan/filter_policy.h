// Which way a scan with conditions finds its rows, decided by what each is thought to take. The
// planner asks before, the scan once it knows more: how many rows bitmaps of ordinary indexes
// leave, and how many of the rows found match.
#pragma once

#include "pg/am/common/filtered_search_costs.h"

namespace vecext::pg {

/// vecext.filter_strategy
enum FilterStrategy : int {
  kFilterAuto,
  kFilterExact,       // the distances of all rows that match
  kFilterInline,      // the vector index is searched for rows of the set
  kFilterPostfilter,  // it is searched for any rows, which are rechecked in the table
  kFilterOff,         // there is no such path
};
extern int filter_strategy;

/// What is known of a scan with conditions.
struct FilterShape {
  double table_rows;
  double table_pages;
  double matching;       // rows thought to match all conditions
  double in_set;         // rows of the set, 0 if there can be none
  bool is_guess;         // no statistics say how many match
  bool has_bitmap;       // a set can be made, of indexes or a join's keys
  bool is_set_made;      // in_set is counted, and to make the set costs nothing any more
  double set_pages;      // of the table, with rows of the set; 0: not known
  double set_row_cost;   // to take a row from an index into the set, in microseconds
  double set_page_cost;  // the same for each page of the table
  double toast_pages;    // of a vector; 0: it lies in its row
  SearchTraits traits;   // of the index
  const FilteredSearchCosts* search;  // of its access method
  double spent;     // on searches of which the table rechecked the rows, in microseconds
  double pace = 1;  // nodes or lists that such a search visits, times those thought: as seen

  /// The set has so many rows. The share of them that match is as it was thought to be, unless a
  /// search has shown how many there are.
  void expect_set(double rows);
};

/// Ways to find the rows wanted.
enum class FilterWay {
  kPostfilter,  // search for any rows, recheck them in the table
  kInline,      // make the set, search for its rows
  kExact,       // compare all rows of the set, or of the table where there is none
};

/// The way that is thought to take least, or that is asked for by the setting, and what it takes in
/// microseconds. What was spent on searches with rechecks counts against them: a wrong guess of
/// them costs about as much as the right way.
struct FilterChoice {
  FilterWay way;
  double cost;
};
FilterChoice choose_way(const FilterShape& shape, double wanted);

/// Rows of a set, which is not made yet, beyond which to make it is not the way, if what is known
/// of it is wrong; infinity: making it is always worthwhile.
double most_in_set(const FilterShape& shape, double wanted);

/// Nodes or lists that a search for k rows visits, of which the table rechecks the rows.
double steps_of_rows(const FilterShape& shape, double k);

/// What searching for k rows and having the table recheck them takes, in microseconds.
double cost_of_rows(const FilterShape& shape, double k);

/// Rows to search for, if `share` of them match, so that `wanted` do; of a first search, too.
double rows_to_search(double wanted, double share);
double rows_at_first(const FilterShape& shape, double wanted);

/// What comparing all rows that match takes, in microseconds.
double cost_of_exact(const FilterShape& shape);

/// Lists or nodes after which comparing all rows would have taken no longer.
int64 most_visited(const FilterShape& shape);

}  // namespace vecext::pg
