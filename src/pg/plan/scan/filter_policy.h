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

/// The mean cost of checking a row that is looked up. Keys of joins are tested first where that is
/// allowed.
struct CheckCost {
  double cost;  // of the conditions of a row, beyond simple ones; 0 for a row without the keys
  double share_with_keys;  // the share of the rows that have the keys tested first; 1 if none are

  /// Adds a test of keys before the conditions, which this share of the rows pass.
  void require_keys(double share) {
    cost *= share;
    share_with_keys *= share;
  }
};

/// What is known of a filtered scan. Costs are in microseconds.
struct FilterShape {
  double table_rows;
  double table_pages;
  double matching;                    // rows expected to match all conditions but the next one
  double within;                      // rows expected within the limit of the distance, or all
  double in_set;                      // rows of the set; 0 if none can be made
  bool is_guess;                      // `matching` rests on no statistics
  bool can_make_set;                  // from indexes or from the keys of a join
  bool is_set_made;                   // in_set is counted, and making the set costs nothing more
  bool is_set_kept = false;           // with what searches make of it
  double set_pages;                   // pages of the table with rows of the set; 0: not known
  double set_row_cost;                // of adding a row to the set
  double set_page_cost;               // of adding the first row of a page of the table
  double toast_pages;                 // pages of a vector out of line; 0: it lies in its row
  CheckCost check;                    // of any rows
  CheckCost check_in_set;             // of rows of a set, which implies some of the conditions
  double unplanned;                   // part of a row's check that the server's paths do not count
  bool may_check_last;                // exact may compare rows that do not match
  double failed = 0;                  // rows that are known to fail conditions
  SearchTraits traits;                // of the index
  const FilteredSearchCosts* search;  // of its access method
  double spent;                       // on postfilter searches so far
  double spent_in_set = 0;            // on searches of the set so far
  double pace = 1;  // visits of postfilter searches so far, as a multiple of those expected
  double checks_in_set = 0;  // rows of the set for each that matches, where `matching` no longer
                             // tells: postfilter searches saw the rows near the query alone

  /// Sets the number of rows of the set, and scales `matching` with it, unless a search has shown
  /// how many rows match.
  void expect_set(double rows);

  /// Takes what the last postfilter search has shown into the estimates: how many visits it took
  /// and, if it has ended, how many rows match.
  void learn_from(const SearchResult& last);

  /// Takes what the last search of the set has shown into the estimates: its cost and, if it has
  /// ended, how many rows match.
  void learn_from_set(const SearchResult& last);
};

/// The cost of a row's conditions beyond that of simple ones, by what they take in all.
double cost_of_check(double microseconds);

/// The number of rows that were rechecked for each one that matched, in the last search. One match
/// more is assumed, so that a search without any gives a finite number.
double rechecks_per_match(const SearchResult& last);

/// The number of rows of the set that are checked for each one that matches, as expected.
double checks_per_match_in_set(const FilterShape& shape);

/// The number of rows that the next postfilter search is for.
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

/// The way to find `wanted` rows, with its cost: the one that vecext.filter_strategy forces, else
/// the cheaper search, unless exact costs less than that times kCosts.policy.worth_of_all. Before
/// exact, a search is tried if `matching` is a guess and it is cheap enough. Unless
/// `may_compare_all`, the way is never exact. Finished postfilter searches count against
/// postfilter: a wrong start then costs about as much as the right way.
FilterChoice choose_way(const FilterShape& shape, double wanted, bool may_compare_all = true);

/// The shape of a scan for a statement that comes again: the session keeps its set, if that has
/// enough rows.
FilterShape of_repeated(const FilterShape& shape);

/// True if, with a set that the session keeps, another way than postfilter would be chosen.
bool is_better_with_kept_set(const FilterShape& shape, double wanted);

/// True if the set, which is not made, is worth making for later statements to find, after so many
/// that did without.
bool is_worth_keeping(const FilterShape& shape, double wanted, double statements);

/// The number of rows up to which a set that is not made yet is worth making, should its estimated
/// size be too low; infinity if making it is worthwhile at any size.
double most_in_set(const FilterShape& shape, double wanted);

/// The number of nodes or lists that a postfilter search for k rows visits.
double steps_of_postfilter(const FilterShape& shape, double k);

/// The cost of a postfilter search for k rows and of their rechecks, in microseconds.
double cost_of_postfilter(const FilterShape& shape, double k);

/// The number of rows to search for so that `wanted` of them match, if a share in [0, 1] does.
double rows_to_search(const FilterShape& shape, double wanted, double share);

/// The same for the first search of a scan, which is bounded by the access method.
double rows_at_first(const FilterShape& shape, double wanted);

/// The cost of finding `wanted` rows by exact, in microseconds.
double cost_of_exact(const FilterShape& shape, double wanted);

/// True if exact may compare all rows before it checks any, and it is cheaper to check the nearest
/// of them, until `wanted` match, than to check all and compare those that match.
bool is_checking_last_cheaper(const FilterShape& shape, double wanted);

/// The number of lists or nodes after which an inline search has taken as long as exact would to
/// find `wanted` rows; 0 if vecext.filter_strategy forces inline searches, which have no such
/// limit.
int64 most_visited_in_set(const FilterShape& shape, double wanted);

/// The number of lists or nodes after which postfilter searches have taken as long as another way
/// to find `wanted` rows would: as exact, or kCosts.policy.patience inline searches;
/// 0, for no limit, if there is no other way or vecext.filter_strategy forces one.
int64 most_visited_of_all(const FilterShape& shape, double wanted, bool may_compare_all);

}  // namespace vecext::pg
