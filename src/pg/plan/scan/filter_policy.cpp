#include "pg/plan/scan/filter_policy.h"

#include <cmath>
#include <limits>

#include "pg/am/cost/cost_constants.h"
#include "pg/rowset/kept_sets.h"

namespace vecext::pg {

int filter_strategy = kFilterAuto;

namespace {

constexpr const CostConstants::Table& kTable = kCosts.table;
constexpr const CostConstants::Policy& kPolicy = kCosts.policy;

/// Returns the expected number of pages that have any of `rows` rows, if these are scattered over
/// `pages` pages.
double pages_with(double rows, double pages) {
  return pages * (1 - std::exp(-rows / Max(pages, 1)));
}

/// Returns the cost of making the set.
double cost_of_making_set(const FilterShape& shape) {
  return shape.is_set_made ? 0
                           : kCosts.set.begin + shape.in_set * shape.set_row_cost +
                                 pages_with(shape.in_set, shape.table_pages) * shape.set_page_cost;
}

/// Returns the cost of a search of a set that is already made, if `rechecked` rows are rechecked.
double cost_of_set_search(const FilterShape& shape, double wanted, double rechecked) {
  const SetSearch search{shape.table_rows, shape.matching, shape.in_set, wanted, shape.is_set_kept};
  return shape.search->search_set(shape.traits, search) + rechecked * kCosts.set.rechecked_row;
}

/// Returns the cost of making the set and of searching for its rows.
double cost_of_inline(const FilterShape& shape, double wanted) {
  const double rechecked = Min(wanted * checks_per_match_in_set(shape), Max(shape.in_set, wanted));
  return cost_of_making_set(shape) + cost_of_set_search(shape, wanted, rechecked);
}

/// Returns how many rows exact looks up: those of the set, or those of the table.
double rows_of_exact(const FilterShape& shape) {
  return shape.can_make_set ? shape.in_set : shape.table_rows;
}

const CheckCost& check_of_exact(const FilterShape& shape) {
  return shape.can_make_set ? shape.check_in_set : shape.check;
}

/// Returns the cost of looking up the rows of exact, and of comparing `compared` of them, without
/// their checks.
double cost_of_comparing(const FilterShape& shape, double compared) {
  const double sorted = compared * kTable.sorted_row;
  const double toast = shape.toast_pages * kTable.toast_page;
  if (shape.can_make_set) {
    const double toasted = toast > 0 ? kTable.toasted_value + toast : 0;
    const double pages =
        shape.set_pages > 0 ? shape.set_pages : pages_with(shape.in_set, shape.table_pages);
    return cost_of_making_set(shape) + shape.in_set * kTable.compared_row +
           compared * (toasted + shape.traits.measured_row) + pages * kTable.compared_page + sorted;
  }
  return shape.table_pages * kTable.page + shape.table_rows * kTable.row +
         compared * (kTable.match + toast + shape.traits.measured_row) + sorted;
}

/// Returns how many of `rows` rows are checked until `wanted` of them match, or all rows have been
/// checked. Rows that are known to fail are not checked again.
double checks_of(const FilterShape& shape, double rows, double wanted) {
  const double needed = wanted * rows / Max(shape.matching, 1);
  return Max(Min(needed, rows) - shape.failed, 0);
}

/// Returns the cost of exact if all rows are checked first, and then those that match are compared.
double cost_of_checking_first(const FilterShape& shape) {
  const double rows = rows_of_exact(shape);
  const CheckCost& check = check_of_exact(shape);
  return cost_of_comparing(shape, Min(shape.matching, rows)) +
         Max(rows - shape.failed, 0) * check.cost;
}

/// Returns the cost of exact if all rows with keys of the joins are compared first, and then the
/// nearest rows are checked until `wanted` of them match. Each row that is checked is looked up
/// once more.
double cost_of_checking_last(const FilterShape& shape, double wanted) {
  const double rows = rows_of_exact(shape);
  const CheckCost& check = check_of_exact(shape);
  const double within = rows * Min(shape.within / shape.table_rows, 1);
  return cost_of_comparing(shape, rows * check.share_with_keys) +
         Min(checks_of(shape, rows, wanted), within) *
             (check.cost + check.share_with_keys * kTable.returned_row);
}

/// Returns a postfilter search to try first: it shows how many rows match, and all rows of the
/// table are compared only after it. Its cost is 0 if such a search is not worthwhile.
FilterChoice choose_try(const FilterShape& shape, double wanted) {
  const double rows = Min(rows_at_first(shape, wanted), shape.within);
  const double cost = cost_of_postfilter(shape, rows) + rows * shape.check.cost;
  const double exact = cost_of_exact(shape, wanted);
  const bool is_worth_it = shape.is_guess && shape.spent == 0 && shape.spent_in_set == 0 &&
                           cost < kPolicy.most_of_try * exact;
  return {FilterWay::kPostfilter, is_worth_it ? cost + kPolicy.chance_of_few * exact : 0};
}

/// Returns the cost of a way that goes on with a search that costs `next`. If `spent` was spent in
/// vain on earlier searches, the next search may not be the last one either.
double with_next(double spent, double next) {
  return spent > 0 ? spent + kPolicy.risk * next : next;
}

/// A way to search, with the costs of the search and of the checks of its rows.
struct SearchCost {
  FilterWay way;
  double search;
  double checks;

  double sum() const { return search + checks; }
};

/// Returns the cost at which postfilter searches are given up, if a set can be made. They are not
/// tried again after that, however long the checks of the set's rows are expected to take.
double most_of_postfilter(const FilterShape& shape, double wanted) {
  return kPolicy.patience * cost_of_inline(shape, wanted);
}

SearchCost cheaper_search(const FilterShape& shape, double wanted) {
  const double share = shape.matching / Max(shape.table_rows, 1);
  wanted = Min(wanted, Max(shape.within * share, 1));
  const double next =
      cost_of_postfilter(shape, Min(rows_to_search(shape, wanted, share), shape.within));
  const SearchCost rows{FilterWay::kPostfilter, with_next(shape.spent, next),
                        checks_of(shape, shape.table_rows, wanted) * shape.check.cost};
  if (!shape.can_make_set || filter_strategy == kFilterPostfilter) {
    return rows;
  }
  const SearchCost set{FilterWay::kInline,
                       with_next(shape.spent_in_set, cost_of_inline(shape, wanted)),
                       checks_of(shape, shape.in_set, wanted) * shape.check_in_set.cost};
  return filter_strategy == kFilterInline || set.sum() < rows.sum() ||
                 shape.spent >= most_of_postfilter(shape, wanted)
             ? set
             : rows;
}

FilterShape with_kept_set(const FilterShape& shape) {
  FilterShape kept = shape;
  kept.is_set_made = true;
  kept.is_set_kept = true;
  return kept;
}

}  // namespace

bool is_checking_last_cheaper(const FilterShape& shape, double wanted) {
  return shape.may_check_last &&
         cost_of_checking_last(shape, wanted) < cost_of_checking_first(shape);
}

double cost_of_exact(const FilterShape& shape, double wanted) {
  return is_checking_last_cheaper(shape, wanted) ? cost_of_checking_last(shape, wanted)
                                                 : cost_of_checking_first(shape);
}

void FilterShape::expect_set(double rows) {
  if (spent == 0) {
    matching *= rows / Max(in_set, 1);
  }
  matching = Min(matching, rows);
  in_set = rows;
}

void FilterShape::learn_from(const SearchResult& last) {
  if (!last.gave_up) {
    checks_in_set = is_guess ? 0 : checks_per_match_in_set(*this);
    matching = table_rows / rechecks_per_match(last);
  }
  // The search found k rows before it came to the limit of the distance. So these rows are within
  // the limit, and as many rows as a next search would be for are assumed to be.
  within = Min(Max(within, kPolicy.least_growth * last.k), table_rows);
  pace *= static_cast<double>(Max(last.steps, 1)) / steps_of_postfilter(*this, last.k);
  spent += cost_of_postfilter(*this, last.k);
}

void FilterShape::learn_from_set(const SearchResult& last) {
  within =
      Min(Max(within, kPolicy.least_growth * last.k * table_rows / Max(in_set, 1)), table_rows);
  spent_in_set +=
      cost_of_set_search(*this, static_cast<double>(last.matched), static_cast<double>(last.asked));
  if (!last.gave_up) {
    checks_in_set = rechecks_per_match(last);
    matching = Min(matching, in_set / checks_in_set);
  }
}

double cost_of_check(double microseconds) {
  return Max(microseconds - kTable.simple_check, 0);
}

double checks_per_match_in_set(const FilterShape& shape) {
  return Max(shape.checks_in_set > 0 ? shape.checks_in_set : shape.in_set / Max(shape.matching, 1),
             1);
}

double rechecks_per_match(const SearchResult& last) {
  return static_cast<double>(last.asked + 1) / static_cast<double>(last.matched + 1);
}

int32 rows_of_next(const FilterShape& shape, const SearchResult& last) {
  if (last.k == 0) {
    return static_cast<int32>(rows_at_first(shape, last.wanted));
  }
  const double needed =
      Min(rows_to_search(shape, last.wanted, 1 / rechecks_per_match(last)), shape.within);
  const double k = Min(Max(needed, last.k * kPolicy.least_growth), last.k * kPolicy.most_growth);
  return static_cast<int32>(Min(k, INT_MAX / 4));
}

double rows_to_search(const FilterShape& shape, double wanted, double share) {
  if (share >= 1) {
    return wanted;
  }
  const double most = shape.search->matches_by_chance
                          ? wanted + kPolicy.deviations * std::sqrt(Max(wanted, 1) * (1 - share))
                          : wanted * kPolicy.spare;
  return most / Max(share, 1e-9);
}

double rows_at_first(const FilterShape& shape, double wanted) {
  const double most = shape.search->most_at_first(shape.traits);
  return Min(rows_to_search(shape, wanted, shape.matching / Max(shape.table_rows, 1)),
             wanted * most);
}

double steps_of_postfilter(const FilterShape& shape, double k) {
  // A search visits each node at most once.
  return Min(shape.pace * shape.search->steps(Min(k, shape.table_rows)), shape.table_rows);
}

double cost_of_postfilter(const FilterShape& shape, double k) {
  return steps_of_postfilter(shape, k) * shape.search->step(shape.traits) +
         Min(k, shape.table_rows) * shape.search->rechecked_row;
}

int64 most_visited_in_set(const FilterShape& shape, double wanted) {
  if (filter_strategy == kFilterInline) {
    return 0;
  }
  return static_cast<int64>(cost_of_exact(shape, wanted) / shape.search->set_step) + 1;
}

int64 most_visited_of_all(const FilterShape& shape, double wanted, bool may_compare_all) {
  if (filter_strategy != kFilterAuto || !(shape.can_make_set || may_compare_all)) {
    return 0;
  }
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const double set = shape.can_make_set ? most_of_postfilter(shape, wanted) : kNever;
  const double exact = may_compare_all ? cost_of_exact(shape, wanted) : kNever;
  const double left = Max(Min(set, exact) - shape.spent, 0);
  return static_cast<int64>(left / shape.search->step(shape.traits)) + 1;
}

FilterChoice choose_way(const FilterShape& shape, double wanted, bool may_compare_all) {
  const FilterChoice exact{FilterWay::kExact, cost_of_exact(shape, wanted)};
  if (filter_strategy == kFilterExact && may_compare_all) {
    return exact;
  }
  const SearchCost search = cheaper_search(shape, wanted);
  const FilterChoice searched{search.way, search.sum()};
  if (filter_strategy == kFilterInline || filter_strategy == kFilterPostfilter ||
      !may_compare_all || exact.cost >= kPolicy.worth_of_all * search.search + search.checks) {
    return searched;
  }
  const FilterChoice first = choose_try(shape, wanted);
  return first.cost > 0 ? first : exact;
}

FilterShape of_repeated(const FilterShape& shape) {
  return shape.in_set >= kFewestKept ? with_kept_set(shape) : shape;
}

bool is_better_with_kept_set(const FilterShape& shape, double wanted) {
  return choose_way(with_kept_set(shape), wanted).way != FilterWay::kPostfilter;
}

bool is_worth_keeping(const FilterShape& shape, double wanted, double statements) {
  const double kept = cheaper_search(with_kept_set(shape), wanted).sum();
  const double saved = cheaper_search(shape, wanted).sum() - kept;
  return statements * saved >= cost_of_inline(shape, wanted);
}

double most_in_set(const FilterShape& shape, double wanted) {
  // Once a search has shown how many rows match, `matching` does not grow with the set.
  if (filter_strategy != kFilterAuto || shape.spent > 0) {
    return std::numeric_limits<double>::infinity();
  }
  FilterShape more = shape;
  for (double by = kPolicy.nearby; more.in_set < shape.table_rows; by *= kPolicy.nearby) {
    more.expect_set(Min(Max(more.in_set, 1) * by, shape.table_rows));
    if (choose_way(more, wanted).way == FilterWay::kPostfilter) {
      return more.in_set;
    }
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace vecext::pg
