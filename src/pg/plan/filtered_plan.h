// The plan of a scan with conditions: what the planner tells the executor.
#pragma once

#include "pg/plan/filter_policy.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/stratnum.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The node's name, as EXPLAIN shows it.
inline constexpr char kFilteredScanName[] = "FilteredVectorScan";

/// What the scan must know of the planner's thoughts.
struct FilteredPlan {
  FilterShape shape;
  double wanted;     // rows; 0: not known
  double load_cost;  // of the other sides of joins whose keys it waits for
};

/// An ordinary index by which rows are found whose key is one of those of a join.
struct KeyIndexPlan {
  Oid index;
  int condition;  // that has this key and no other
  AttrNumber column;
  StrategyNumber strategy;
  Oid op;
  Oid collation;
  Oid subtype;  // of the operator's right side, as the index's class has it
  Oid type;     // of the keys
};

/// The numbers of a plan, as a list that the server can copy and write; those read have no costs of
/// the index's method.
List* write_plan(const FilteredPlan& plan);
FilteredPlan read_plan(const List* numbers);

/// One of these numbers.
Const* write_number(double value);
double read_number(const List* list, int i);

/// An ordinary index for keys in the same form.
List* write_key_index(const KeyIndexPlan& index);

/// What the plan was given, but for the costs of the index's method; the template of the scan of
/// the index, which has its order; what makes the bitmap, or null.
FilteredPlan plan_of(const CustomScan* scan);
const IndexScan* index_scan_of(const CustomScan* scan);
Plan* bitmap_plan_of(const CustomScan* scan);

/// The expression of the farthest distance, or null.
Expr* most_distance_of(const CustomScan* scan);

/// The keys of each condition of a join, as lists; the parameter that leads to its lookup, and how
/// many keys are expected there; the index for one of them, or false.
const List* key_conditions_of(const CustomScan* scan);
int key_parameter_of(const CustomScan* scan, int condition);
double expected_keys_of(const CustomScan* scan, int condition);
bool key_index_of(const CustomScan* scan, KeyIndexPlan* index);

}  // namespace vecext::pg
