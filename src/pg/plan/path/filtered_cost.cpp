#include "pg/plan/path/filtered_cost.h"

#include <algorithm>

#include "pg/am/common/access_method.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/plan/path/server_paths.h"
#include "pg/plan/scan/filter_policy.h"

extern "C" {
#include "catalog/pg_am.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Set& kSets = kCosts.set;

/// True if the rows that match lie together in a btree: all conditions are operators on its first
/// column. pg/rowset/btree_rows.cpp decides the same for itself.
bool is_range(const IndexPath* path) {
  const ListCell* cell;
  foreach (cell, path->indexclauses) {
    const auto* clause = lfirst_node(IndexClause, cell);
    const ListCell* condition;
    foreach (condition, clause->indexquals) {
      if (clause->indexcol > 0 || !IsA(lfirst_node(RestrictInfo, condition)->clause, OpExpr)) {
        return false;
      }
    }
  }
  return path->indexinfo->relam == BTREE_AM_OID;
}

/// True if the planner has no statistics of what the condition tests. A function that rechecks what
/// other conditions have decided is thought to leave all rows.
bool is_guessed(PlannerInfo* root, const Node* clause) {
  if (IsA(clause, FuncExpr)) {
    return clause_selectivity(root, const_cast<Node*>(clause), 0, JOIN_INNER, nullptr) < 1;
  }
  if (!IsA(clause, OpExpr)) {
    return false;
  }
  VariableStatData variable;
  Node* other;
  bool is_left;
  if (!get_restriction_variable(root, reinterpret_cast<const OpExpr*>(clause)->args, 0, &variable,
                                &other, &is_left)) {
    return true;
  }
  const bool is_known = variable.isunique || HeapTupleIsValid(variable.statsTuple);
  ReleaseVariableStats(variable);
  return !is_known;
}

/// A condition of a row, in the order in which the executor evaluates them (order_qual_clauses()).
struct Check {
  Index security_level;
  Cost cost;
  double selectivity;  // 1 if it is a guess

  friend bool operator<(const Check& a, const Check& b) {
    return a.security_level != b.security_level ? a.security_level < b.security_level
                                                : a.cost < b.cost;
  }
};

Check read_check(PlannerInfo* root, Node* condition) {
  QualCost cost;
  cost_qual_eval_node(&cost, condition, root);
  Check check{0, cost.per_tuple, 1};
  const Node* clause = condition;
  if (IsA(condition, RestrictInfo)) {
    const auto* restriction = reinterpret_cast<const RestrictInfo*>(condition);
    const bool is_early = restriction->leakproof && check.cost < 10 * cpu_operator_cost;
    check.security_level = is_early ? 0 : restriction->security_level;
    clause = reinterpret_cast<const Node*>(restriction->clause);
  }
  if (!is_guessed(root, clause)) {
    check.selectivity = clause_selectivity(root, condition, 0, JOIN_INNER, nullptr);
  }
  return check;
}

/// How many of the planner's units a microsecond is; never more than one. If the number of matching
/// rows is a guess, the path must above all compare correctly with reading the whole table.
/// Elsewhere a microsecond is one unit, which is about right for pages in memory.
double unit_of_scan(PlannerInfo* root, RelOptInfo* rel, FilterShape shape) {
  if (!shape.is_guess) {
    return 1;
  }
  shape.can_make_set = false;
  const Path* scan = create_seqscan_path(root, rel, nullptr, 0);
  return Min(scan->total_cost / cost_of_exact(shape, shape.matching), 1);
}

/// The plan with checks as they are in the server's paths: in its units.
FilteredPlan in_units_of_server(FilteredPlan plan) {
  plan.shape.check.cost /= kCosts.policy.unit;
  plan.shape.check_in_set.cost /= kCosts.policy.unit;
  return plan;
}

}  // namespace

SetCost set_cost_of(const Path* bitmap) {
  if (IsA(bitmap, IndexPath)) {
    const auto* path = reinterpret_cast<const IndexPath*>(bitmap);
    const IndexOptInfo* index = path->indexinfo;
    if (index->relam == GIN_AM_OID) {
      return kSets.of_gin;
    }
    if (is_range(path)) {
      return kSets.of_range;
    }
    return index->relam == BTREE_AM_OID || access_method_of(index) != nullptr ? kSets.of_lists
                                                                              : kSets.of_bitmap;
  }
  SetCost highest{0, 0};
  const ListCell* cell;
  foreach (cell, parts_of(bitmap)) {
    const SetCost cost = set_cost_of(static_cast<const Path*>(lfirst(cell)));
    highest = {Max(highest.row, cost.row), Max(highest.page, cost.page)};
  }
  return highest;
}

bool has_guess(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* limit) {
  const ListCell* cell;
  foreach (cell, rel->baserestrictinfo) {
    const auto* condition = lfirst_node(RestrictInfo, cell);
    if (condition != limit && is_guessed(root, reinterpret_cast<const Node*>(condition->clause))) {
      return true;
    }
  }
  return false;
}

double expected_check(PlannerInfo* root, const List* conditions) {
  const int count = list_length(conditions);
  auto* checks = static_cast<Check*>(palloc(sizeof(Check) * static_cast<Size>(count)));
  for (int i = 0; i < count; ++i) {
    checks[i] = read_check(root, static_cast<Node*>(list_nth(conditions, i)));
  }
  std::stable_sort(checks, checks + count);
  Cost cost = 0;
  double left = 1;
  for (int i = 0; i < count; ++i) {
    cost += left * checks[i].cost;
    left *= checks[i].selectivity;
  }
  return cost_of_check(kCosts.policy.unit * cost);
}

double expected_value(PlannerInfo* root, Node* expression) {
  QualCost cost;
  cost_qual_eval_node(&cost, expression, root);
  return cost_of_check(kCosts.policy.unit * cost.per_tuple);
}

void cost_filtered_path(PlannerInfo* root, CustomPath* path, const FilteredPlan& plan,
                        const Path* index) {
  const FilteredPlan costed = in_units_of_server(plan);
  const FilterShape& shape = costed.shape;
  const double unit = unit_of_scan(root, index->parent, shape);
  const Cost startup = unit * cost_of_first_rows(costed);
  const double returned = shape.matching * shape.within / shape.table_rows;
  const Cost total =
      unit * (choose_way(shape, shape.matching).cost + returned * kCosts.table.returned_row);
  // A plain scan of the index, whose rows the executor rechecks, is not better than postfilter. So
  // the path costs less than that scan.
  const double below = plan.load_cost > 0 ? kCosts.policy.below_of_join : kCosts.policy.below;
  path->path.startup_cost = Min(startup, below * index->startup_cost) + plan.load_cost;
  path->path.total_cost =
      Max(path->path.startup_cost, Min(total, below * index->total_cost) + plan.load_cost);
  if (filter_strategy != kFilterAuto) {
    path->path.startup_cost = path->path.total_cost = 0;
  }
  follow_enable_indexscan(&path->path, index);
}

}  // namespace vecext::pg
