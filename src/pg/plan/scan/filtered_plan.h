// The plan of a filtered scan: what the planner tells the executor.
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
  double wanted;      // rows; 0: not known
  double load_cost;   // of the other sides of the joins that restrict the scan
  DistanceForm form;  // that the limit of the distance is a bound of
  bool is_below;      // rows at the limit of the distance do not match
};

/// The cost of the first rows, in microseconds: of those wanted, or of one search, however many
/// follow. A cursor, or a LIMIT that is not known yet, may want only those.
double cost_of_first_rows(const FilteredPlan& plan);

/// An index that finds the rows whose key is among those of a join or a subquery: a btree, or a
/// vector index with a key column.
struct KeyIndexPlan {
  Oid index;
  int condition;    // if `subplan` is 0: number of the join condition, which has one key
  int subplan;      // the plan_id of the subquery that gives the keys
  double expected;  // its keys
  AttrNumber column;
  StrategyNumber strategy;
  Oid op;
  Oid collation;
  Oid subtype;  // of the operator's right side, as the index's class has it
  Oid type;     // of the keys
};

/// Writes a plan as a list of numbers that the server can copy and print, and reads it. A plan that
/// was read has no `shape.search`: the caller sets it.
List* write_plan(const FilteredPlan& plan);
FilteredPlan read_plan(const List* numbers);

/// One number of such a list, and the i-th number.
Const* write_number(double value);
double read_number(const List* list, int i);

/// Writes a KeyIndexPlan as a list, and reads it, unless the list is NIL.
List* write_key_index(const KeyIndexPlan& index);
std::optional<KeyIndexPlan> read_key_index(const List* written);

/// The plan of a node, without `shape.search`.
FilteredPlan plan_of(const CustomScan* scan);

/// The template of the vector index's scan.
const IndexScan* index_scan_of(const CustomScan* scan);

/// The plan that makes the bitmap, or null.
Plan* bitmap_plan_of(const CustomScan* scan);

/// The bound of the plan's form of the distance, or null.
Expr* most_distance_of(const CustomScan* scan);

/// The keys of each join condition: a List for each.
const List* key_conditions_of(const CustomScan* scan);

/// The executor parameter that leads to the lookup of a join condition, and the number of keys
/// expected there.
int key_parameter_of(const CustomScan* scan, int condition);
double expected_keys_of(const CustomScan* scan, int condition);

/// True if the last join condition is deferred: it restricts the scan once its lookup is filled, by
/// the join or for the scan.
bool has_deferred_condition(const CustomScan* scan);

/// The plan once the deferred condition restricts the scan.
FilteredPlan deferred_plan_of(const CustomScan* scan);

/// True if the keys may be tested before the node's conditions.
bool may_test_keys_first(const CustomScan* scan);

/// What implies each of the node's conditions, as integers (scan_conditions.h).
const List* implications_of(const CustomScan* scan);

/// The index for the keys of a condition, if there is one.
std::optional<KeyIndexPlan> key_index_of(const CustomScan* scan);

}  // namespace vecext::pg
