// Chooses how a filtered scan finds its rows, by comparing estimated costs. The planner asks first.
// The scan asks again when it knows more: how many rows the set has, and how many of the rows found
// match.
#pragma once

#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/scan/scan_filter.h"

namespace vecext::pg {

/// vecext.filter_strategy
enum FilterStrategy : int {
  kFilterAuto,
  kFilterExact,       // compares all rows
  kFilterInline,      // searches the vector index for rows of the set
  kFilterPostfilter,  // searches the vector index for any rows, and rechecks them in the table
  kFilterOff,         // plans no filtered scan
};
extern int filter_strategy;

/// The mean cost of checking a row that was looked up. Keys of joins are tested before the
/// conditions, where that is allowed.
struct CheckCost {
  double cost;  // the mean cost of the conditions of a row, beyond simple conditions; a row
                // without the keys counts as 0
  double share_with_keys;  // the share of rows that have the keys that are tested first; 1 if no
                           // keys are

  /// Adds a test of keys before the conditions, which this share of the rows passes.
  void require_keys(double share) {
    cost *= share;
    share_with_keys *= share;
  }
};

/// What is known of a filtered scan. Costs are in microseconds.
struct FilterShape {
  double table_rows;
  double table_pages;
  double matching;                    // rows expected to match all conditions but the limit of the
                                      // distance
  double within;                      // rows expected within the limit of the distance; all rows if
                                      // there is no limit
  double in_set;                      // rows of the set; 0 if no set can be made
  bool is_guess;                      // true if `matching` is not based on statistics
  bool can_make_set;                  // true if a set can be made, from indexes or from the keys of
                                      // a join
  bool is_set_made;                   // true if in_set was counted, and making the set costs
                                      // nothing more
  bool is_set_kept = false;           // true if the session keeps the set, with what searches make
                                      // of it
  double set_pages;                   // pages of the table that have rows of the set; 0 if that is
                                      // not known
  double set_row_cost;                // to add a row to the set
  double set_page_cost;               // to add the first row of a page of the table
  double toast_pages;                 // pages of a vector that lies out of line; 0 if it lies in
                                      // its row
  CheckCost check;                    // of any row
  CheckCost check_in_set;             // of a row of the set, which implies some of the conditions
  double unplanned;                   // the part of the cost of a row's check that the server's
                                      // own paths are not charged for
  bool may_check_last;                // true if exact may compare rows that do not match
  double failed = 0;                  // rows that are known to fail the conditions
  SearchTraits traits;                // of the index
  const FilteredSearchCosts* search;  // of the index's access method
  double spent;                       // on postfilter searches so far
  double spent_in_set = 0;            // on searches of the set so far
  double pace = 1;           // steps of postfilter searches so far, as a multiple of those expected
  double checks_in_set = 0;  // rows of the set that are checked for each row that matches, once a
                             // search has corrected `matching`: postfilter searches only see rows
                             // near the query; 0 if in_set / matching tells it

  /// Sets the number of rows of the set, and scales `matching` in proportion, unless a search has
  /// shown how many rows match.
  void expect_set(double rows);

  /// Corrects the estimates by what the last postfilter search has shown: how many steps it took
  /// and, if it ended, how many rows match.
  void learn_from(const SearchResult& last);

  /// Corrects the estimates by what the last search of the set has shown: its cost and, if it
  /// ended, how many rows match.
  void learn_from_set(const SearchResult& last);
};

/// Returns the cost of a row's conditions beyond the cost of simple conditions. `microseconds` is
/// the time that all conditions of the row take.
double cost_of_check(double microseconds);

/// Returns how many rows were rechecked for each one that matched, in the last search. One more
/// match is assumed, so that the result is finite if no row matched.
double rechecks_per_match(const SearchResult& last);

/// Returns how many rows of the set are expected to be checked for each one that matches.
double checks_per_match_in_set(const FilterShape& shape);

/// Returns the number of rows that the next postfilter search is for.
int32 rows_of_next(const FilterShape& shape, const SearchResult& last);

/// How the rows are found.
enum class FilterWay {
  kPostfilter,  // search for any rows, recheck them in the table
  kInline,      // make the set, search for its rows
  kExact,       // compare all rows of the set, or of the table if there is no set
};

struct FilterChoice {
  FilterWay way;
  double cost;  // microseconds
};

/// Returns the way to find `wanted` rows, with its cost. It is the way that vecext.filter_strategy
/// forces, if it forces one. Otherwise it is exact if exact costs less than
/// kCosts.policy.worth_of_all times the cheaper search, and the cheaper search if not. If
/// `matching` is a guess, a cheap search is tried before exact. If `may_compare_all` is false, the
/// way is never exact. The costs of finished postfilter searches are added to those of postfilter,
/// so that a wrong start costs about as much as the right way.
FilterChoice choose_way(const FilterShape& shape, double wanted, bool may_compare_all = true);

/// Returns the shape of the scan if its statement is repeated: the session then keeps the set, if
/// it has enough rows.
FilterShape of_repeated(const FilterShape& shape);

/// True if a way other than postfilter would be chosen with a set that the session keeps.
bool is_better_with_kept_set(const FilterShape& shape, double wanted);

/// True if it is worthwhile to make a set for later statements to find. `statements` is how many
/// have done without the set.
bool is_worth_keeping(const FilterShape& shape, double wanted, double statements);

/// Returns up to which number of rows it is worthwhile to make a set, in case its estimated size is
/// too low. Returns infinity if it is worthwhile at any size.
double most_in_set(const FilterShape& shape, double wanted);

/// Returns how many nodes or lists a postfilter search for k rows visits.
double steps_of_postfilter(const FilterShape& shape, double k);

/// Returns the cost of a postfilter search for k rows and of their rechecks, in microseconds.
double cost_of_postfilter(const FilterShape& shape, double k);

/// Returns how many rows to search for so that `wanted` of them match, if a share in [0, 1] of all
/// rows matches.
double rows_to_search(const FilterShape& shape, double wanted, double share);

/// Returns how many rows the first search of a scan is for. The access method sets an upper limit.
double rows_at_first(const FilterShape& shape, double wanted);

/// Returns the cost of finding `wanted` rows by exact, in microseconds.
double cost_of_exact(const FilterShape& shape, double wanted);

/// True if exact may compare all rows before it checks any, and it is cheaper to check the nearest
/// rows until `wanted` match than to check all rows and compare those that match.
bool is_checking_last_cheaper(const FilterShape& shape, double wanted);

/// Returns after how many lists or nodes an inline search has taken as long as exact would take to
/// find `wanted` rows. Returns 0 if vecext.filter_strategy forces inline searches, which have no
/// such limit.
int64 most_visited_in_set(const FilterShape& shape, double wanted);

/// Returns after how many lists or nodes postfilter searches have taken as long as another way
/// would take to find `wanted` rows: exact, or kCosts.policy.patience inline searches. Returns 0,
/// which means no limit, if there is no other way or vecext.filter_strategy forces one.
int64 most_visited_of_all(const FilterShape& shape, double wanted, bool may_compare_all);

}  // namespace vecext::pg
