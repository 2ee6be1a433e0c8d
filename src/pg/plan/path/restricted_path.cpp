#include "pg/plan/path/restricted_path.h"

#include <cmath>

#include "pg/am/common/access_method.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/plan/form/distance_key.h"
#include "pg/plan/path/filtered_cost.h"
#include "pg/plan/path/filtered_path.h"
#include "pg/plan/path/filtered_node.h"
#include "pg/plan/path/key_index.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
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

/// The most rows of the table to search for, for each row that the join is to give. The estimate of
/// a small fanout is not reliable.
constexpr double kMostRowsEach = 16;

// --- The scan ------------------------------------------------------------------------------------

/// Returns how many rows of the table to ask for, so that the join gives `wanted` rows, or 0 if
/// that is not known. It relies on only half of the estimated fanout, because a second search costs
/// more than some spare rows.
double rows_for_join(double wanted, double fanout, double matching) {
  if (wanted <= 0) {
    return 0;
  }
  const double rows_each = fanout > 1 ? Max(fanout / 2, 1) : Max(fanout, 1 / kMostRowsEach);
  return Max(std::ceil(Min(wanted / rows_each, matching)), 1);
}

/// Sets *equality to the equality of a condition with one key, which an index can serve. Returns
/// false if the condition has more keys.
bool equality_of(const KeyCondition& condition, KeyEquality* equality) {
  const JoinKey& key = condition.equalities[0];
  *equality = {.operand = static_cast<Node*>(linitial(condition.keys)),
               .op = key.op,
               .collation = key.collation,
               .is_turned = key.is_turned,
               .type = getBaseType(exprType(reinterpret_cast<Node*>(key.inner))),
               .security_level = condition.security_level};
  return list_length(condition.keys) == 1;
}

/// Reads the parts of a scan's path. Returns false if no join can restrict such a path.
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

/// Returns how many rows a scan gives before a deferred condition restricts it, if the rows that
/// join are spread evenly. Returns 0 if that is not known.
double rows_before(const FilteredPlan& plan, const KeyCondition& condition) {
  const double each = Max(condition.share * condition.fanout, 1e-9);
  return plan.wanted <= 0 ? 0 : Min(std::ceil(plan.wanted / each), plan.shape.matching);
}

/// Raises the costs of a path to at least the cost of its first searches, which take
/// `microseconds`. They give the rows that the join needs, whatever share of all rows these rows
/// are.
void count_searches(double microseconds, const FilteredPlan& plan, Path* path) {
  path->startup_cost = Max(path->startup_cost, microseconds / kCosts.policy.unit + plan.load_cost);
  path->total_cost = Max(path->total_cost, path->startup_cost);
}

/// Returns the scan with a deferred condition. Its first search is for fewer rows than may be
/// needed, because the rows that join may be near. Further searches repeat some of its work.
CustomPath* make_deferred_path(const Path* path, FilteredPlan plan, const KeyCondition& condition,
                               const FilteredParts& parts) {
  const double needed = rows_before(plan, condition);
  const double first = Min(needed, plan.wanted * kMostRowsEach);
  plan.wanted = needed;
  const Cost searches = cost_of_first_rows(plan) * (first < needed ? kCosts.policy.repeated : 1);
  plan.wanted = first;
  CustomPath* deferred = make_filtered_path(plan, parts);
  // Until the condition restricts the scan, it costs the same as `path`.
  deferred->path.rows = path->rows;
  deferred->path.startup_cost = path->startup_cost;
  deferred->path.total_cost = path->total_cost;
  count_searches(needed > 0 ? searches : 0, plan, &deferred->path);
  return deferred;
}

/// Limits the costs of a restricted scan to those of the path plus `load`: once the other side has
/// run, the restricted scan can do whatever the scan without the restriction does.
void limit_costs(Path* restricted, const Path* path, double load) {
  restricted->startup_cost = Min(restricted->startup_cost, path->startup_cost + load);
  restricted->total_cost = Min(restricted->total_cost, path->total_cost + load);
}

/// True if the keys are columns. Other expressions may fail for rows that the conditions leave out.
bool are_columns(const RelOptInfo* rel, const List* keys) {
  for (const auto* key : list_of<Node>(keys)) {
    if (column_of(key, rel->relid) == nullptr) {
      return false;
    }
  }
  return true;
}

/// Restricts the plan of a scan of `rel`, and adds the condition to its parts.
void restrict_plan(const RelOptInfo* rel, const KeyCondition& condition, FilteredPlan* plan,
                   FilteredParts* parts) {
  FilterShape& shape = plan->shape;
  shape.matching = Max(shape.matching * condition.share, 1);
  plan->wanted = rows_for_join(plan->wanted, condition.fanout, shape.matching);
  plan->load_cost += condition.is_deferred ? condition.time : condition.cost;
  // Keys that are tested first leave fewer rows to be checked.
  const bool is_tested_first = are_columns(rel, condition.keys) &&
                               condition.security_level <= rel->baserestrict_min_security;
  const CheckCost check_by_keys = shape.check_in_set;
  if (is_tested_first) {
    shape.check.require_keys(condition.share);
    shape.check_in_set.require_keys(condition.share);
  }
  KeyEquality equality;
  KeyIndexPlan index{};
  if (parts->key_index == NIL && equality_of(condition, &equality) &&
      use_key_index(rel, equality, {condition.count, condition.share}, check_by_keys, plan,
                    &index)) {
    index.condition = list_length(parts->conditions);
    parts->key_index = write_key_index(index);
  }
  parts->conditions = lappend(list_copy(parts->conditions),
                              make_key_condition(condition.link.parameter, Max(condition.count, 1),
                                                 condition.keys, is_tested_first));
}

Path* restrict_scan_path(PlannerInfo* root, Path* path, const KeyCondition& condition) {
  FilteredPlan plan;
  FilteredParts parts;
  read_scan(root, path, &plan, &parts);
  const FilteredPlan before = plan;
  restrict_plan(path->parent, condition, &plan, &parts);
  if (condition.is_deferred) {
    parts.deferred = write_plan(plan);
    return &make_deferred_path(path, before, condition, parts)->path;
  }
  CustomPath* restricted = make_filtered_path(plan, parts);
  restricted->path.rows = clamp_row_est(path->rows * condition.share);
  cost_filtered_path(root, restricted, plan, &parts.index->path);
  limit_costs(&restricted->path, path, condition.cost);
  if (condition.is_timed && plan.wanted > 0) {
    count_searches(cost_of_first_rows(plan), plan, &restricted->path);
  }
  return &restricted->path;
}

// --- Paths of several scans ----------------------------------------------------------------------

/// Restricts every member of an inheritance tree whose scan can be restricted.
Path* restrict_merge_append(PlannerInfo* root, MergeAppendPath* path,
                            const KeyCondition& condition) {
  RelOptInfo* rel = path->path.parent;
  List* members = NIL;
  for (auto* member : list_of<Path>(path->subpaths)) {
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

/// Restricts the outer side of a nested loop. The loop's rows and costs become smaller in the same
/// proportion as the rows of its outer side, unless the restriction is deferred.
Path* restrict_loop(PlannerInfo* root, const NestPath* path, const KeyCondition& condition) {
  const double share = condition.is_deferred ? 1 : condition.share;
  auto* loop = palloc_object<NestPath>(*path);
  const Path* before = loop->jpath.outerjoinpath;
  Path* after = restrict_path(root, loop->jpath.outerjoinpath, condition);
  Path* whole = &loop->jpath.path;
  const double own_startup = Max(whole->startup_cost - before->startup_cost, 0);
  const double own_total = Max(whole->total_cost - before->total_cost, 0);
  loop->jpath.outerjoinpath = after;
  whole->startup_cost = after->startup_cost + own_startup;
  whole->total_cost = Max(after->total_cost + own_total * share, whole->startup_cost);
  whole->rows = clamp_row_est(whole->rows * share);
  whole->parallel_safe = false;
  return whole;
}

/// True if the path merges the members of one table. Joins of partitions are merged, too, but a key
/// of the joined tables is not a key of a partition's scan.
bool has_scan_in_order(PlannerInfo* root, const MergeAppendPath* path) {
  if (!IS_SIMPLE_REL(path->path.parent)) {
    return false;
  }
  for (auto* subpath : list_of<Path>(path->subpaths)) {
    if (scan_in_order(root, subpath) != nullptr) {
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

bool can_be_restricted(const Path* scan) {
  if (IsA(scan, MergeAppendPath)) {
    for (const auto* subpath :
         list_of<Path>(reinterpret_cast<const MergeAppendPath*>(scan)->subpaths)) {
      if (!can_be_restricted(subpath)) {
        return false;
      }
    }
    return true;
  }
  FilteredPlan plan;
  FilteredParts parts;
  return !read_filtered_path(scan, &plan, &parts) || parts.deferred == NIL;
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
