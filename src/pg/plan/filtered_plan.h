// The plan of a scan with conditions, between the planner and the executor.
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

/// What a path of the node is made of.
struct FilteredParts {
  IndexPath* index;     // that has the order
  Path* bitmap;         // what leaves rows by conditions; null: none
  Expr* most_distance;  // an expression without rows of the table; null: none
  List* conditions;  // of joins: lists of the link's Integer, a Const, the keys expected, and the
                     // List of keys, expressions of the table
  List* key_index;   // as write_key_index() has it; NIL: none
};

CustomPath* make_filtered_path(const FilteredPlan& plan, const FilteredParts& parts);

/// What make_filtered_path() was given; false where the path is of another kind.
bool read_filtered_path(const Path* path, FilteredPlan* plan, FilteredParts* parts);

/// An element of FilteredParts::conditions.
List* make_key_condition(Integer* link, double expected, List* keys);
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

/// Makes the node known by name, for plans that are read. To be called once.
void register_filtered_scan();

}  // namespace vecext::pg
