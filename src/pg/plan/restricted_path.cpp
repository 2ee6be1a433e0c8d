#include "pg/plan/restricted_path.h"

#include <cmath>

#include "pg/am/common/access_method.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/plan/filter_policy.h"
#include "pg/plan/filtered_path.h"
#include "pg/plan/filtered_node.h"

extern "C" {
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// The most rows of the table to search for each row that the join is to give: the
/// estimate of a small fanout is not reliable.
constexpr double kMostRowsEach = 16;

// --- An index for the keys -----------------------------------------------------------------------

/// If a column of the index can find rows by the key, sets *plan to how.
bool match_key(const IndexOptInfo* index, int column, const KeyCondition& condition,
               KeyIndexPlan* plan) {
  const JoinKey& key = condition.join[0];
  auto* operand = static_cast<Node*>(linitial(condition.keys));
  const Oid collation = index->indexcollations[column];
  const Oid op = key.is_turned ? get_commutator(key.op) : key.op;
  if (!OidIsValid(op) || (OidIsValid(collation) && collation != key.collation) ||
      !op_in_opfamily(op, index->opfamily[column]) ||
      !match_index_to_operand(operand, column, const_cast<IndexOptInfo*>(index))) {
    return false;
  }
  int strategy;
  Oid left;
  get_op_opfamily_properties(op, index->opfamily[column], false, &strategy, &left, &plan->subtype);
  plan->index = index->indexoid;
  plan->column = static_cast<AttrNumber>(column + 1);
  plan->strategy = static_cast<StrategyNumber>(strategy);
  plan->op = op;
  plan->collation = key.collation;
  plan->type = getBaseType(exprType(reinterpret_cast<Node*>(key.inner)));
  return index->relam != BTREE_AM_OID || strategy == BTEqualStrategyNumber;
}

/// Finds an index for a condition of one key: a btree whose first column is the key, or a vector
/// index with the key as a key column.
bool find_key_index(const RelOptInfo* rel, const KeyCondition& condition, KeyIndexPlan* plan) {
  if (list_length(condition.keys) != 1 ||
      condition.security_level > rel->baserestrict_min_security) {
    return false;
  }
  const ListCell* cell;
  foreach (cell, rel->indexlist) {
    const auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
    const bool is_ours = access_method_of(index) != nullptr;
    if ((!is_ours && index->relam != BTREE_AM_OID) || (index->indpred != NIL && !index->predOK)) {
      continue;
    }
    const int end = is_ours ? index->nkeycolumns : 1;
    for (int column = is_ours ? 1 : 0; column < end; ++column) {
      if (match_key(index, column, condition, plan)) {
        return true;
      }
    }
  }
  return false;
}

// --- The scan ------------------------------------------------------------------------------------

double first_rows(const FilteredPlan& plan) {
  return Min(plan.wanted > 0 ? plan.wanted : kCosts.policy.fewest_rows, plan.shape.matching);
}

/// The number of rows of the table to ask for, so that the join gives `wanted`; 0: not known. It
/// counts on half the estimated fanout only: a second search costs more than some spare rows.
double rows_for_join(double wanted, double fanout, double matching) {
  if (wanted <= 0) {
    return 0;
  }
  const double rows_each = fanout > 1 ? Max(fanout / 2, 1) : Max(fanout, 1 / kMostRowsEach);
  return Max(std::ceil(Min(wanted / rows_each, matching)), 1);
}

/// The shape with a set of the rows that the index finds by the keys, intersected with the rows of
/// the bitmap if there is one.
FilterShape with_key_index(const FilterShape& shape, const KeyCondition& condition) {
  FilterShape with = shape;
  const double key_rows = shape.table_rows * condition.share;
  const double cost = (shape.can_make_set ? shape.in_set * shape.set_row_cost : 0) +
                      key_rows * kCosts.set.of_lists.row + condition.count * kCosts.set.key;
  with.in_set = Max(shape.can_make_set ? shape.in_set * condition.share : key_rows, 1);
  with.can_make_set = true;
  with.set_row_cost = cost / with.in_set;
  with.set_page_cost = Max(shape.set_page_cost, kCosts.set.of_lists.page);
  return with;
}

/// Reads the parts of a scan's path; false if the path cannot be restricted.
bool read_scan(PlannerInfo* root, Path* path, FilteredPlan* plan, FilteredParts* parts) {
  if (read_filtered_path(path, plan, parts)) {
    return true;
  }
  auto* index = reinterpret_cast<IndexPath*>(path);
  const RelOptInfo* rel = path->parent;
  if (!IsA(path, IndexPath) || list_length(index->indexorderbys) != 1 ||
      path->param_info != nullptr || is_forbidden(path) ||
      access_method_of(index->indexinfo) == nullptr ||
      !can_be_filtered(root, rel, planner_rt_fetch(rel->relid, root))) {
    return false;
  }
  *plan = plan_filtered_scan(root, index);
  *parts = {};
  parts->index = index;
  return true;
}

Path* restrict_scan_path(PlannerInfo* root, Path* path, const KeyCondition& condition) {
  FilteredPlan plan;
  FilteredParts parts;
  read_scan(root, path, &plan, &parts);
  FilterShape& shape = plan.shape;
  shape.matching = Max(shape.matching * condition.share, 1);
  plan.wanted = rows_for_join(plan.wanted, condition.fanout, shape.matching);
  plan.load_cost += condition.cost;
  KeyIndexPlan index;
  if (parts.key_index == NIL && find_key_index(path->parent, condition, &index)) {
    const FilterShape with = with_key_index(shape, condition);
    const double first = first_rows(plan);
    // If this is the only set, the scan decides whether to make it. If there is a bitmap, the scan
    // would always read both.
    if (!shape.can_make_set || filter_strategy != kFilterAuto ||
        choose_way(with, first).cost < choose_way(shape, first).cost) {
      shape = with;
      index.condition = list_length(parts.conditions);
      parts.key_index = write_key_index(index);
    }
  }
  parts.conditions = lappend(
      list_copy(parts.conditions),
      make_key_condition(condition.link.parameter, Max(condition.count, 1), condition.keys));
  CustomPath* restricted = make_filtered_path(plan, parts);
  restricted->path.rows = clamp_row_est(path->rows * condition.share);
  cost_filtered_path(restricted, plan, &parts.index->path);
  return &restricted->path;
}

// --- Paths of several scans ----------------------------------------------------------------------

/// Restricts every member of an inheritance tree whose scan can be restricted.
Path* restrict_merge_append(PlannerInfo* root, MergeAppendPath* path,
                            const KeyCondition& condition) {
  RelOptInfo* rel = path->path.parent;
  List* members = NIL;
  const ListCell* cell;
  foreach (cell, path->subpaths) {
    auto* member = static_cast<Path*>(lfirst(cell));
    if (scan_in_order(root, member) != nullptr) {
      KeyCondition of_member = condition;
      of_member.keys = translate_to_child(root, condition.keys, member->parent, rel);
      of_member.cost /= list_length(path->subpaths);
      member = restrict_path(root, member, of_member);
    }
    members = lappend(members, member);
  }
  MergeAppendPath* restricted = copy_merge_append(root, rel, path, members);
  restricted->path.pathtarget = path->path.pathtarget;
  return &restricted->path;
}

/// Restricts the outer side of a nested loop, which loses the same share of its rows and cost.
Path* restrict_loop(PlannerInfo* root, const NestPath* path, const KeyCondition& condition) {
  auto* loop = static_cast<NestPath*>(palloc(sizeof(NestPath)));
  *loop = *path;
  const Path* before = loop->jpath.outerjoinpath;
  Path* after = restrict_path(root, loop->jpath.outerjoinpath, condition);
  Path* whole = &loop->jpath.path;
  const double own_startup = Max(whole->startup_cost - before->startup_cost, 0);
  const double own_total = Max(whole->total_cost - before->total_cost, 0);
  loop->jpath.outerjoinpath = after;
  whole->startup_cost = after->startup_cost + own_startup;
  whole->total_cost = Max(after->total_cost + own_total * condition.share, whole->startup_cost);
  whole->rows = clamp_row_est(whole->rows * condition.share);
  whole->parallel_safe = false;
  return whole;
}

/// True for the members of one table. Joins of partitions are merged, too: a key of the joined
/// tables is none of a partition's scan.
bool has_scan_in_order(PlannerInfo* root, const MergeAppendPath* path) {
  if (!IS_SIMPLE_REL(path->path.parent)) {
    return false;
  }
  const ListCell* cell;
  foreach (cell, path->subpaths) {
    if (scan_in_order(root, static_cast<Path*>(lfirst(cell))) != nullptr) {
      return true;
    }
  }
  return false;
}

}  // namespace

Path* scan_in_order(PlannerInfo* root, Path* path) {
  while (IsA(path, NestPath)) {
    path = reinterpret_cast<NestPath*>(path)->jpath.outerjoinpath;
  }
  FilteredPlan plan;
  FilteredParts parts;
  const bool can_be = IsA(path, MergeAppendPath)
                          ? has_scan_in_order(root, reinterpret_cast<MergeAppendPath*>(path))
                          : read_scan(root, path, &plan, &parts);
  return can_be ? path : nullptr;
}

Path* restrict_path(PlannerInfo* root, Path* path, const KeyCondition& condition) {
  if (IsA(path, NestPath)) {
    return restrict_loop(root, reinterpret_cast<NestPath*>(path), condition);
  }
  if (IsA(path, MergeAppendPath)) {
    return restrict_merge_append(root, reinterpret_cast<MergeAppendPath*>(path), condition);
  }
  return restrict_scan_path(root, path, condition);
}

}  // namespace vecext::pg
