#include "pg/plan/scan/filtered_search.h"

#include <cmath>
#include <limits>

#include "pg/am/cost/cost_constants.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/plan/scan/row_bitmap.h"
#include "pg/sys/memory.h"

extern "C" {
#include "executor/executor.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Policy& kPolicy = kCosts.policy;

}  // namespace

void count_set(FilteredScan* state) {
  state->shape.expect_set(static_cast<double>(state->set->count()));
  state->shape.is_set_made = true;
  state->shape.is_set_kept = keeps(state->set_memories, state->index);
  state->shape.set_pages = state->set->pages();
}

void set_shape(FilteredScan* state) {
  state->shape = state->keys.is_restricted_late() ? state->deferred_plan.shape : state->plan.shape;
  if (state->keys.is_any()) {
    FilterShape& shape = state->shape;
    shape.matching = Min(Max(shape.matching * state->keys.growth(), 1), shape.table_rows);
    shape.in_set = Min(Max(shape.in_set * state->keys.index_growth(), 1), shape.table_rows);
    if (state->may_test_keys_first) {
      shape.check.require_keys(Min(state->keys.growth(), 1 / shape.check.share_with_keys));
    }
    shape.can_make_set = state->custom_ps != NIL || state->keys.has_index();
  }
}

void forget_set(FilteredScan* state) {
  MemoryContextReset(state->set_context);
  state->set = nullptr;
  state->naming = SetNaming::kNotYet;
  state->set_memories = nullptr;
  if (PlanState* bitmap = bitmap_of(state); bitmap != nullptr) {
    ExecReScan(bitmap);
  }
}

namespace {

SetSource source_of(FilteredScan* state) {
  return {bitmap_of(state), state->keys.has_index() ? &state->keys : nullptr, state->ss.ps.state,
          state->set_context};
}

/// Returns the name of the set that the scan has now, or null if it has none.
const SetName* set_name(FilteredScan* state) {
  if (state->naming == SetNaming::kNotYet) {
    const bool has_name = name_source(source_of(state), state->shape.in_set, &state->set_name);
    state->naming = has_name ? SetNaming::kNamed : SetNaming::kNone;
  }
  return state->naming == SetNaming::kNamed ? &state->set_name : nullptr;
}

void use_set(FilteredScan* state, const MadeSet& made) {
  state->set = made.rows;
  state->set_memories = made.memories;
  state->is_set_exact = made.is_exact;
  count_set(state);
  state->work.made_set = true;
  state->work.is_set_kept = made.memories != nullptr;
  state->work.set_rows = state->set->count();
}

}  // namespace

void make_set(FilteredScan* state, double most) {
  MadeSet made;
  double expected;
  if (read_set(source_of(state), set_name(state), most, &made, &expected)) {
    use_set(state, made);
  } else if (std::isinf(expected)) {
    state->shape.can_make_set = false;
  } else {
    state->shape.expect_set(expected);
  }
}

bool may_compare_all(const FilteredScan* state) {
  const int64 most = most_compared(state->scan);
  const double rows = state->shape.can_make_set ? state->shape.in_set : state->shape.table_rows;
  return most == PG_INT64_MAX || rows <= static_cast<double>(most);
}

namespace {

/// Returns the way that choose_way() takes among the ways that the settings of the index allow.
FilterWay choose_allowed(const FilteredScan* state, double wanted) {
  return choose_way(state->shape, wanted, may_compare_all(state)).way;
}

/// True if the plan above reads every row that matches, at any distance.
bool wants_all(const FilteredScan* state) {
  return filter_strategy == kFilterAuto && reads_all(*state->above) && state->limit == nullptr;
}

/// Replaces postfilter by the set that the session keeps, if that is better. Makes a set to keep
/// once it would have saved the statements that did without it as much time as it takes to make it.
void use_kept_set(FilteredScan* state, double wanted) {
  const FilterShape& shape = state->shape;
  if (filter_strategy != kFilterAuto || shape.spent > 0 || !shape.can_make_set ||
      state->set != nullptr || !is_better_with_kept_set(shape, wanted)) {
    return;
  }
  const SetName* name = set_name(state);
  MadeSet made;
  if (name == nullptr) {
    return;
  }
  if (find_kept(*name, state->set_context, &made)) {
    use_set(state, made);
  } else if (is_worth_keeping(shape, wanted, name->asked_before)) {
    make_set(state, std::numeric_limits<double>::infinity());
  }
}

/// Chooses how the scan goes on. Makes the set if the way needs it. The size of the set may then
/// show that another way is cheaper.
FilterWay choose(FilteredScan* state, double wanted) {
  if (wants_all(state) && may_compare_all(state)) {
    return FilterWay::kExact;
  }
  FilterWay way = choose_allowed(state, wanted);
  if (way == FilterWay::kPostfilter) {
    use_kept_set(state, wanted);
    way = choose_allowed(state, wanted);
  }
  while (way != FilterWay::kPostfilter && state->shape.can_make_set && state->set == nullptr) {
    make_set(state, most_in_set(state->shape, wanted));
    way = choose_allowed(state, wanted);
  }
  // A scan that has searched the set never goes back to rows outside of the set.
  return way == FilterWay::kPostfilter && state->has_searched_set ? FilterWay::kInline : way;
}

/// True if the rows that are looked up now are those of the set.
bool is_within_set(const FilteredScan* state) {
  return state->set != nullptr && (state->has_searched_set || !state->is_searching);
}

/// Returns what implies conditions of the rows that are looked up now, as bits of Implication.
int implied_now(const FilteredScan* state) {
  return (is_within_set(state) && state->is_set_exact ? kBySet : kByNothing) |
         (state->is_searching ? kByOrder : kByNothing);
}

/// Corrects the estimates by how long the checks of rows have taken.
void learn_cost_of_checks(FilteredScan* state) {
  if (!state->clock.is_known()) {
    return;
  }
  FilterShape& shape = state->shape;
  const double cost = cost_of_check(state->clock.microseconds());
  if (!is_within_set(state)) {
    shape.check.cost = cost;
  }
  double* in_set = &shape.check_in_set.cost;
  *in_set = is_within_set(state) ? cost : Min(*in_set, cost);
}

/// Returns how many matching rows the next search of the set should find. If postfilter searches
/// have found rows that match, some spare rows are added, which take little more time.
int32 matches_of_set(const FilteredScan* state, const SearchResult& last) {
  const bool is_after_rows = !state->has_searched_set && last.matched > 0;
  return static_cast<int32>(
      Min(last.wanted * (is_after_rows ? kPolicy.spare_of_set : 1), INT_MAX / 4));
}

/// Returns how many rows of the set to search for, so that `matches` of them match. Each search is
/// for more rows than the one before, because all that was found before may have been handed out.
int32 rows_of_set(const FilteredScan* state, const SearchResult& last, int32 matches) {
  const FilterShape& shape = state->shape;
  const double checks = checks_per_match_in_set(shape);
  // A search for more rows than the set has ends the scan of the index.
  const double k = state->has_searched_set
                       ? Max(matches * rechecks_per_match(last), last.k * kPolicy.least_growth)
                       : Min(matches * checks * (checks > 1 ? kPolicy.spare_of_checks : 1),
                             Max(shape.in_set + 1, matches));
  return static_cast<int32>(Min(k, INT_MAX / 4));
}

/// True if a deferred join is to restrict the scan from now on. Either its other side has already
/// run, for the join itself, or it runs to its end now. It may run now if what the scan has done so
/// far, together with a comparison of all rows if that comes next, takes at least the time that the
/// other side is expected to take. It may run for as long as that.
bool is_time_to_restrict(FilteredScan* state, double wanted) {
  if (!state->keys.is_waiting()) {
    return false;
  }
  const FilterShape& shape = state->shape;
  const bool compares_all = choose_allowed(state, wanted) == FilterWay::kExact;
  const double needed = shape.spent + shape.spent_in_set + state->checking +
                        (compares_all ? cost_of_exact(shape, wanted) : 0);
  const double load = state->deferred_plan.load_cost - state->plan.load_cost;
  return state->keys.arrives(needed >= load ? needed : 0);
}

/// Makes a deferred join restrict the scan, and keeps what the scan has learned. Returns false if
/// no row is left.
bool restrict_late(FilteredScan* state) {
  bool changed;
  if (!state->keys.load(0, &changed)) {
    state->work.had_no_keys = true;
    return false;
  }
  if (state->set != nullptr) {
    forget_set(state);
  }
  const FilterShape before = state->shape;
  set_shape(state);
  FilterShape& shape = state->shape;
  shape.matching = Max(shape.matching * before.matching / Max(state->plan.shape.matching, 1), 1);
  const double share = Min(shape.matching / before.matching, 1);
  shape.check.cost = before.check.cost * (state->may_test_keys_first ? share : 1);
  shape.check_in_set.cost = Min(shape.check_in_set.cost, before.check.cost);
  state->clock = {};
  shape.failed = before.failed;
  shape.pace = before.pace;
  shape.within = before.within;
  state->has_searched_set = false;
  return true;
}

/// Returns the result of the last search as if the scan had been restricted before it: `asked` and
/// `matched` give the share of rows that is now expected to match, and result.wanted is at most
/// `wanted`, the number of such rows that the query wants, unless that is 0.
SearchResult as_restricted(SearchResult last, const FilterShape& shape, double wanted) {
  last.matched = 0;
  last.asked = static_cast<int64>(shape.table_rows / shape.matching);
  if (wanted > 0) {
    last.wanted = static_cast<int32>(Min(last.wanted, wanted));
  }
  return last;
}

/// Returns the number of rows of a postfilter search after a deferred join has restricted the scan.
/// The join has read the rows found so far, and has kept some of them.
int32 rows_after_restriction(const FilterShape& shape, const SearchResult& last) {
  const double needed = rows_to_search(shape, last.wanted, shape.matching / shape.table_rows);
  return needed > last.k ? static_cast<int32>(Min(needed, shape.within))
                         : rows_of_next(shape, last);
}

/// Implements ScanFilter::plan_search.
bool plan_next_search(ScanFilter* self, const SearchResult& found, SearchRequest* next) {
  auto* state = static_cast<FilteredScan*>(self);
  SearchResult last = found;
  learn_cost_of_checks(state);
  state->shape.failed = static_cast<double>(state->failed->count());
  if (last.k > 0) {
    state->has_searched_set ? state->shape.learn_from_set(last) : state->shape.learn_from(last);
    state->checking += static_cast<double>(last.asked) * state->shape.check.cost;
  }
  const bool restricts = is_time_to_restrict(state, last.wanted);
  if (restricts) {
    if (!restrict_late(state)) {
      return false;
    }
    last = as_restricted(last, state->shape, state->deferred_plan.wanted);
  }
  const FilterWay way = choose(state, last.wanted);
  if (way == FilterWay::kExact) {
    return false;
  }
  *next = {};
  next->wanted = restricts ? last.wanted : 0;
  if (way == FilterWay::kPostfilter) {
    state->work.searched_rows = true;
    next->k =
        restricts ? rows_after_restriction(state->shape, last) : rows_of_next(state->shape, last);
    next->most_visited = most_visited_of_all(state->shape, last.wanted, may_compare_all(state));
    // If all rows match, none of them is spare.
    const bool has_spare = state->shape.matching < state->shape.table_rows;
    next->needed = static_cast<int32>(std::ceil(next->k / (has_spare ? kPolicy.spare : 1)));
    next->all_match = !state->conditions.is_any() && !state->keys.is_any();
    return true;
  }
  state->work.searched_set = true;
  next->rows = state->set->filter();
  next->memories = state->set_memories;
  // If a search is given up, the scan ends, and all rows of the set are compared instead.
  next->most_visited = may_compare_all(state) ? most_visited_in_set(state->shape, last.wanted) : 0;
  next->matches = matches_of_set(state, last);
  next->k = next->needed = rows_of_set(state, last, next->matches);
  state->has_searched_set = true;
  return true;
}

/// True if the keys of the row in the slot may be among the keys of the joins.
bool has_keys(FilteredScan* state, TupleTableSlot* slot) {
  if (!state->keys.is_any()) {
    return true;
  }
  ExprContext* context = state->checking_context;
  context->ecxt_scantuple = slot;
  const MemoryContext before = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
  const bool contains = state->keys.contains(context);
  MemoryContextSwitchTo(before);
  return contains;
}

bool fulfils_conditions(FilteredScan* state, TupleTableSlot* slot) {
  return state->conditions.are_fulfilled(state->checking_context, slot, implied_now(state));
}

/// True if the row in the slot fulfils the conditions, and its keys may be among the keys of the
/// joins. Keys are tested first if that is allowed, as conditions may take much longer.
bool check_row(FilteredScan* state, TupleTableSlot* slot) {
  ResetExprContext(state->checking_context);
  return state->clock.run([&] {
    return state->may_test_keys_first ? has_keys(state, slot) && fulfils_conditions(state, slot)
                                      : fulfils_conditions(state, slot) && has_keys(state, slot);
  });
}

/// Implements ScanFilter::matches.
bool matches_conditions(ScanFilter* self, TupleTableSlot* slot) {
  auto* state = static_cast<FilteredScan*>(self);
  if (state->failed->contains(slot)) {
    return false;
  }
  if (state->is_checked_last) {
    ResetExprContext(state->checking_context);
    return !state->may_test_keys_first || has_keys(state, slot);
  }
  if (check_row(state, slot)) {
    return true;
  }
  const CheckClock& clock = state->clock;
  state->failed->add(slot, clock.is_known() ? clock.microseconds() : state->shape.check.cost);
  return false;
}

/// Implements ScanFilter::compares_rest.
bool may_compare_rest(ScanFilter* self) {
  return may_compare_all(static_cast<FilteredScan*>(self));
}

}  // namespace

bool check_compared(FilteredScan* state, TupleTableSlot* slot) {
  ResetExprContext(state->checking_context);
  return fulfils_conditions(state, slot) && (state->may_test_keys_first || has_keys(state, slot));
}

void install_filter(FilteredScan* state) {
  state->plan_search = plan_next_search;
  state->matches = matches_conditions;
  state->compares_rest = may_compare_rest;
}

}  // namespace vecext::pg
