#include "pg/plan/path/filtered_path.h"

#include "pg/am/common/access_method.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/cost/value_width.h"
#include "pg/am/scan/scan_method.h"
#include "pg/plan/path/assumed_rows.h"
#include "pg/plan/form/distance_form.h"
#include "pg/plan/form/distance_key.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/plan/scan/row_bitmap.h"
#include "pg/plan/path/check_cost.h"
#include "pg/plan/path/filtered_cost.h"
#include "pg/plan/path/filtered_node.h"
#include "pg/plan/path/foreign_limit.h"
#include "pg/plan/path/foreign_partition.h"
#include "pg/plan/path/partial_scan.h"
#include "pg/plan/path/server_paths.h"
#include "pg/plan/path/subquery_condition.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/table.h"
#include "access/tableam.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "parser/parsetree.h"
}

namespace vecext::pg {

namespace {

set_rel_pathlist_hook_type previous_hook;

constexpr const CostConstants::Policy& kPolicy = kCosts.policy;

// --- Distance limits -----------------------------------------------------------------------------

/// Returns the conditions of a path: those of its table, and those of joins that give it
/// parameters.
List* conditions_of(const IndexPath* index) {
  List* conditions = index->path.parent->baserestrictinfo;
  const ParamPathInfo* given = index->path.param_info;
  return given == nullptr ? conditions : list_concat_copy(conditions, given->ppi_clauses);
}

/// Returns the number of rows that the server expects to fulfil the path's conditions.
double rows_of(const IndexPath* index) {
  const ParamPathInfo* given = index->path.param_info;
  return given == nullptr ? index->path.parent->rows : given->ppi_rows;
}

/// Returns the condition that limits the distance by which the index orders, and sets *limit.
/// Returns null if there is none.
const RestrictInfo* find_limit(PlannerInfo* root, const IndexPath* index, DistanceLimit* limit) {
  const auto* distance = linitial_node(OpExpr, index->indexorderbys);
  for (const auto* condition : list_of<RestrictInfo>(conditions_of(index))) {
    if (is_distance_limit(root, condition, distance, limit) &&
        (!limit->form.is_inverse || has_distances(index->indexinfo))) {
      return condition;
    }
  }
  return nullptr;
}

// --- Costs ---------------------------------------------------------------------------------------

/// Returns the number of rows that the query wants from this table, or 0 if it is not known. If
/// ORDER BY has several keys, the sort above needs one row more, which shows that no other row is
/// as near as the last one.
double rows_wanted(const PlannerInfo* root) {
  if (root->limit_tuples > 0) {
    return root->limit_tuples + (list_length(root->query_pathkeys) > 1 ? 1 : 0);
  }
  return root->tuple_fraction >= 1 ? root->tuple_fraction : 0;
}

/// Returns the path's conditions without those on forms of the distance.
List* other_conditions(const IndexPath* index) {
  const auto* distance = linitial_node(OpExpr, index->indexorderbys);
  List* others = NIL;
  for (auto* condition : list_of<RestrictInfo>(conditions_of(index))) {
    if (!compares_form_of(condition, distance)) {
      others = lappend(others, condition);
    }
  }
  return others;
}

/// Returns the conditions that an exact set from the bitmap does not imply.
List* beyond_bitmap(const IndexPath* index, const Path* bitmap) {
  List* conditions = NIL;
  for (auto* condition : list_of<RestrictInfo>(conditions_of(index))) {
    if (!is_checked_by(bitmap, condition)) {
      conditions = lappend(conditions, condition);
    }
  }
  return conditions;
}

/// Makes the plan read its set by an index for the keys of the subquery, if that is cheaper.
bool use_subquery_index(PlannerInfo* root, const RelOptInfo* rel,
                        const SubqueryCondition& condition, FilteredPlan* plan,
                        FilteredParts* parts) {
  FilteredPlan with = *plan;
  List* clauses = extract_actual_clauses(rel->baserestrictinfo, false);
  with.shape.check.cost = expected_check(root, choose_hashed(clauses, condition.subplan)).cost;
  with.shape.check_in_set.cost = Min(with.shape.check_in_set.cost, with.shape.check.cost);
  KeyIndexPlan index{};
  if (!use_key_index(rel, condition.equality, condition.keys, with.shape.check_in_set, &with,
                     &index) ||
      cost_of_first_rows(with) + condition.cost_of_hashing > cost_of_first_rows(*plan)) {
    return false;
  }
  index.subplan = condition.subplan;
  index.expected = condition.keys.count;
  parts->key_index = write_key_index(index);
  *plan = with;
  return true;
}

/// Corrects the number of matching rows for conditions with subqueries, because the server does not
/// estimate how many keys these give. The row set is made from the keys of the first subquery that
/// an index serves. Returns the factor by which all subqueries together correct the number of
/// matching rows.
double use_subqueries(PlannerInfo* root, const RelOptInfo* rel, FilteredPlan* plan,
                      FilteredParts* parts) {
  double all = 1;
  bool has_index = false;
  for (auto* restriction : list_of<RestrictInfo>(rel->baserestrictinfo)) {
    SubqueryCondition condition;
    if (!read_subquery(root, rel, restriction, &condition)) {
      continue;
    }
    FilterShape& shape = plan->shape;
    const double growth = condition.keys.share / Max(condition.assumed, 1e-9);
    shape.matching = Min(Max(shape.matching * growth, 1), shape.table_rows);
    all *= growth;
    has_index = has_index || use_subquery_index(root, rel, condition, plan, parts);
  }
  return all;
}

/// Makes the scan end at the limit of the distance, and estimates the rows within it. Returns their
/// number as a multiple of what the planner assumes.
double use_limit(PlannerInfo* root, const IndexPath* index, const DistanceLimit& limit,
                 FilteredPlan* plan, FilteredParts* parts) {
  parts->most_distance = limit.bound;
  plan->form = limit.form;
  plan->is_below = limit.is_below;
  FilterShape& shape = plan->shape;
  // The limit is left out of `matching`: a search finds the nearest rows first, and these are
  // within the limit, however many rows are.
  const double others =
      Max(clauselist_selectivity(root, other_conditions(index),
                                 static_cast<int>(index->path.parent->relid), JOIN_INNER, nullptr),
          1e-9);
  const double assumed = Min(shape.matching / (others * shape.table_rows), 1);
  shape.matching = Max(others * shape.table_rows, 1);
  const double within = Min(kPolicy.share_within, assumed);
  shape.within = within * shape.table_rows;
  return within / assumed;
}

/// Returns the filtered path of the index, with a set from the bitmap if that is not null.
CustomPath* filtered_path_of(PlannerInfo* root, RelOptInfo* rel, IndexPath* index,
                             BitmapHeapPath* bitmap) {
  FilteredPlan plan = plan_filtered_scan(root, index);
  FilterShape& shape = plan.shape;
  const double growth = growth_by_arrays(root, rel);
  if (bitmap != nullptr) {
    shape.can_make_set = true;
    shape.in_set = Min(rows_of_bitmap(bitmap->bitmapqual, rel) * growth, shape.table_rows);
    const SetCost cost = set_cost_of(bitmap->bitmapqual);
    shape.set_row_cost = cost.row;
    shape.set_page_cost = cost.page;
    shape.check_in_set.cost = expected_check(root, beyond_bitmap(index, bitmap->bitmapqual)).cost;
  }
  FilteredParts parts{};
  parts.index = index;
  parts.bitmap = bitmap == nullptr ? nullptr : &bitmap->path;
  DistanceLimit limit{};
  const RestrictInfo* condition = find_limit(root, index, &limit);
  double of_all = growth;
  if (condition != nullptr) {
    of_all *= use_limit(root, index, limit, &plan, &parts);
  }
  shape.matching = Min(shape.matching * growth, shape.table_rows);
  of_all *= use_subqueries(root, rel, &plan, &parts);
  shape.is_guess = has_guess(root, rel, condition);
  CustomPath* path = make_filtered_path(plan, parts);
  path->path.rows = clamp_row_est(Min(rows_of(index) * of_all, shape.table_rows));
  // Without this, add_path() would not replace the index path, which would have fewer rows, by this
  // path.
  index->path.rows = path->path.rows;
  // The path is charged as if the session already kept the set. The first such statement has to
  // make the set. If the costs of this path and of the server's own path are similar, that
  // statement takes about as long as the server's own path.
  if (bitmap != nullptr && parts.key_index == NIL &&
      may_be_kept(planner_rt_fetch(rel->relid, root)->relid)) {
    shape = of_repeated(shape);
  }
  cost_filtered_path(root, path, plan, &index->path);
  return path;
}

/// True if a subquery within the expression has a volatile function. The planner has replaced the
/// subquery by the number of its plan, and contain_volatile_functions() does not look into that
/// plan.
bool has_volatile_subquery(Node* node, void* global) {
  if (node == nullptr) {
    return false;
  }
  if (IsA(node, SubPlan)) {
    const List* roots = static_cast<const PlannerGlobal*>(global)->subroots;
    const int plan = reinterpret_cast<const SubPlan*>(node)->plan_id;
    auto* query = reinterpret_cast<Node*>(list_nth_node(PlannerInfo, roots, plan - 1)->parse);
    if (contain_volatile_functions(query) || has_volatile_subquery(query, global)) {
      return true;
    }
  }
  return IsA(node, Query)
             ? walk_query(reinterpret_cast<Query*>(node), has_volatile_subquery, global)
             : walk_expression(node, has_volatile_subquery, global);
}

/// True if rows may be rechecked in another order than the query's, and more of them than the query
/// needs.
bool can_recheck_early(PlannerInfo* root, const List* conditions) {
  for (auto* condition : list_of<RestrictInfo>(conditions)) {
    auto* clause = reinterpret_cast<Node*>(condition->clause);
    if (contain_volatile_functions(clause) || has_volatile_subquery(clause, root->glob)) {
      return false;
    }
  }
  return true;
}

bool is_plain_table(const RelOptInfo* rel, const RangeTblEntry* rte) {
  return (rel->reloptkind == RELOPT_BASEREL || rel->reloptkind == RELOPT_OTHER_MEMBER_REL) &&
         rte->rtekind == RTE_RELATION && !rte->inh && rte->tablesample == nullptr;
}

bool is_heap(const RangeTblEntry* rte) {
  const Relation table = table_open(rte->relid, NoLock);
  const bool is = table->rd_tableam == GetHeapamTableAmRoutine();
  table_close(table, NoLock);
  return is;
}

/// True if the scan itself finds the rows that fulfil the condition.
bool is_decided(const IndexPath* path, const RestrictInfo* condition) {
  if (access_method_of(path->indexinfo)->scan->list_matches == nullptr) {
    return false;
  }
  for (const auto* clause : list_of<IndexClause>(path->indexclauses)) {
    if (clause->rinfo == condition && clause->indexcol == 0 && !clause->lossy) {
      return true;
    }
  }
  return false;
}

/// True if there is a condition that rows of the index may fail. `column IS NOT NULL` on the
/// indexed column is not one, as rows without a vector are not in the index.
bool has_condition(const IndexPath* path) {
  const auto* distance = static_cast<const OpExpr*>(linitial(path->indexorderbys));
  for (auto* condition : list_of<RestrictInfo>(path->indexinfo->indrestrictinfo)) {
    const Expr* clause = condition->clause;
    if (is_decided(path, condition)) {
      continue;
    }
    const auto* test = reinterpret_cast<const NullTest*>(clause);
    if (!IsA(clause, NullTest) || test->nulltesttype != IS_NOT_NULL ||
        !equal(test->arg, linitial(distance->args))) {
      return true;
    }
  }
  return false;
}

/// Adds a filtered path for each of this library's indexes that supports the order by the key.
void add_filtered_paths(PlannerInfo* root, RelOptInfo* rel, PathKey* key) {
  BitmapHeapPath* bitmap = nullptr;
  bool looked_for_bitmap = false;
  for (auto* index : list_of<IndexOptInfo>(rel->indexlist)) {
    if (access_method_of(index) == nullptr) {
      continue;
    }
    IndexPath* ordered = ordered_path(rel->pathlist, index);
    if (ordered == nullptr) {
      // A cheaper path in the same order may have displaced the index's path.
      ordered = ordered_path(index_paths(root, rel, list_make1(index), key), index);
    }
    if (ordered == nullptr || !has_condition(ordered)) {
      continue;
    }
    if (!looked_for_bitmap) {
      bitmap = bitmap_path(root, rel);
      looked_for_bitmap = true;
    }
    add_path(rel, &filtered_path_of(root, rel, ordered, bitmap)->path);
  }
}

/// Adds paths of this library's indexes in the order of the key. The server does not find these
/// paths, because the key is the first of several, or orders by a form of the distance. Nodes above
/// sort rows of equal distances by the other keys, and merge the members of an Append.
void add_ordered_paths(PlannerInfo* root, RelOptInfo* rel, PathKey* key) {
  List* indexes = NIL;
  for (auto* index : list_of<IndexOptInfo>(rel->indexlist)) {
    if (access_method_of(index) != nullptr && ordered_path(rel->pathlist, index) == nullptr) {
      indexes = lappend(indexes, index);
    }
  }
  List* paths = indexes == NIL ? NIL : index_paths(root, rel, indexes, key);
  for (auto* index : list_of<IndexOptInfo>(indexes)) {
    IndexPath* path = ordered_path(paths, index);
    if (path != nullptr) {
      add_path(rel, &path->path);
    }
  }
}

void on_rel_pathlist(PlannerInfo* root, RelOptInfo* rel, Index rti, RangeTblEntry* rte) {
  if (previous_hook != nullptr) {
    previous_hook(root, rel, rti, rte);
  }
  if (is_searched_foreign_partition(root, rel)) {
    limit_foreign_path(root, rel);
    allow_partial_answer(root, rel);
  }
  // A relation that is proven empty already has its path, and no estimates of rows and pages.
  if (!is_plain_table(rel, rte) || IS_DUMMY_REL(rel) || rel->indexlist == NIL) {
    return;
  }
  drop_forbidden_bitmaps(root, rel);
  discount_implied_conditions(root, rel);
  if (filter_strategy == kFilterOff || root->query_pathkeys == NIL) {
    return;
  }
  PathKey* key = distance_key(root, rel);
  if (list_length(root->query_pathkeys) > 1 || key != linitial(root->query_pathkeys)) {
    add_ordered_paths(root, rel, key);
  }
  if (rel->baserestrictinfo != NIL && can_be_filtered(root, rel, rte)) {
    add_filtered_paths(root, rel, key);
  }
}

}  // namespace

bool can_be_filtered(PlannerInfo* root, const RelOptInfo* rel, const RangeTblEntry* rte) {
  return is_plain_table(rel, rte) && can_recheck_early(root, rel->baserestrictinfo) && is_heap(rte);
}

Path* with_conditions(PlannerInfo* root, IndexPath* index) {
  RelOptInfo* rel = index->path.parent;
  const List* given = index->path.param_info == nullptr ? NIL : index->path.param_info->ppi_clauses;
  if (filter_strategy == kFilterOff || (given == NIL && !has_condition(index)) ||
      !can_be_filtered(root, rel, planner_rt_fetch(rel->relid, root)) ||
      !can_recheck_early(root, given)) {
    return &index->path;
  }
  return &filtered_path_of(root, rel, index, bitmap_path(root, rel))->path;
}

namespace {

/// True if the scan may compare rows that do not match. The index's expression may fail for rows
/// outside of a partial index, and must not see rows that a policy hides. A partition has the
/// policies of its parent, which only the level of the whole query shows.
bool may_compare_any(const PlannerInfo* root, const IndexOptInfo* index) {
  return index->indpred == NIL && (index->indexprs == NIL || root->qual_security_level == 0);
}

}  // namespace

FilteredPlan plan_filtered_scan(PlannerInfo* root, const IndexPath* index) {
  const RelOptInfo* rel = index->path.parent;
  FilteredPlan plan{};
  plan.wanted = rows_wanted(root);
  FilterShape& shape = plan.shape;
  shape.table_rows = Max(rel->tuples, 1);
  shape.table_pages = rel->pages;
  shape.within = shape.table_rows;
  shape.matching = Min(Max(rows_of(index), 1), shape.table_rows);
  List* operands = linitial_node(OpExpr, index->indexorderbys)->args;
  shape.toast_pages = width_of_operands(root, operands).toast_pages();
  const ExpectedCheck check = expected_check(root, conditions_of(index));
  shape.check = shape.check_in_set = {check.cost, 1};
  shape.unplanned = check.unplanned;
  shape.may_check_last = may_compare_any(root, index->indexinfo);
  const AccessMethod* method = access_method_of(index->indexinfo);
  shape.search = method->filtered_costs;
  shape.traits = method->traits(index->indexinfo);
  shape.traits.measured_row += expected_value(root, static_cast<Node*>(linitial(operands)));
  return plan;
}

void offer_filtered_paths() {
  register_filtered_scan();
  register_partial_scan();
  previous_hook = set_rel_pathlist_hook;
  set_rel_pathlist_hook = on_rel_pathlist;
}

}  // namespace vecext::pg
