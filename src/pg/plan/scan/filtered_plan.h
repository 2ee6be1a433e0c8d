// The plan of a filtered scan, by which the planner instructs the executor.
#pragma once

#include <optional>

#include "pg/plan/form/distance_form.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/stratnum.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The node's name, as EXPLAIN shows it.
inline constexpr char kFilteredScanName[] = "FilteredVectorScan";

/// The planner's estimates that the scan uses.
struct FilteredPlan {
  FilterShape shape;
  double wanted;      // rows that the plan above wants; 0 if that is not known
  double load_cost;   // of running the other sides of the joins that restrict the scan: in the
                      // planner's units, but in microseconds for a deferred join
  DistanceForm form;  // the limit of the distance is a bound of this form
  bool is_below;      // true if rows at the limit of the distance do not match
};

/// Returns the cost of finding the first rows, in microseconds. They are the wanted rows or, if
/// their number is not known, kCosts.policy.fewest_rows rows, because a cursor, or a LIMIT that is
/// not known yet, may want no more.
double cost_of_first_rows(const FilteredPlan& plan);

/// An index that finds the rows whose key is among those of a join or a subquery: a btree, or a
/// vector index with a key column.
struct KeyIndexPlan {
  Oid index;
  int condition;    // number of the join condition, which has one key, if `subplan` is 0
  int subplan;      // the plan_id of the subquery that gives the keys
  double expected;  // how many keys are expected
  AttrNumber column;
  StrategyNumber strategy;
  Oid op;
  Oid collation;
  Oid subtype;  // type of the operator's right operand in the index's class
  Oid type;     // type of the keys
};

/// Write a plan as a list of numbers, which the server can copy and print, and read it. A plan that
/// was read has no `shape.search`: the caller sets it.
List* write_plan(const FilteredPlan& plan);
FilteredPlan read_plan(const List* numbers);

/// write_number() makes an element of such a list from a number, and read_number() reads the number
/// of element i.
Const* write_number(double value);
double read_number(const List* list, int i);

/// Write a KeyIndexPlan as a list, and read it. If the list is NIL, there is no such plan.
List* write_key_index(const KeyIndexPlan& index);
std::optional<KeyIndexPlan> read_key_index(const List* written);

/// Returns the plan of a node, without `shape.search`.
FilteredPlan plan_of(const CustomScan* scan);

/// Returns the template of the vector index's scan.
const IndexScan* index_scan_of(const CustomScan* scan);

/// Returns the plan that makes the bitmap, or null.
Plan* bitmap_plan_of(const CustomScan* scan);

/// Returns the bound of the plan's form of the distance, or null.
Expr* most_distance_of(const CustomScan* scan);

/// Returns the keys of the join conditions: a List for each condition.
const List* key_conditions_of(const CustomScan* scan);

/// Return the executor parameter that leads to the lookup of a join condition, and the number of
/// keys expected there.
int key_parameter_of(const CustomScan* scan, int condition);
double expected_keys_of(const CustomScan* scan, int condition);

/// True if the last join condition is deferred: it restricts the scan only once its lookup is
/// filled, by the join or for the scan.
bool has_deferred_condition(const CustomScan* scan);

/// Returns the plan for the time when the deferred condition restricts the scan.
FilteredPlan deferred_plan_of(const CustomScan* scan);

/// True if the keys may be tested before the node's conditions.
bool may_test_keys_first(const CustomScan* scan);

/// Returns what implies each of the node's conditions, as integers (scan_conditions.h).
const List* implications_of(const CustomScan* scan);

/// Returns the index that finds rows by the keys of a join condition or of a subquery, if the plan
/// has such an index.
std::optional<KeyIndexPlan> key_index_of(const CustomScan* scan);

}  // namespace vecext::pg
