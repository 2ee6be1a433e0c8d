#include "pg/plan/path/join_path.h"

#include "pg/am/cost/cost_constants.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/plan/lookup/hash_lookup.h"
#include "pg/plan/path/assumed_rows.h"
#include "pg/plan/path/one_row_join.h"
#include "pg/plan/path/restricted_path.h"
#include "pg/sys/list.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/value.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

set_join_pathlist_hook_type previous_hook;

/// Bytes that a row takes in a hash table in addition to its columns.
constexpr double kBytesOfRow = 96;

/// The most keys of a join that are used. The nested loop tests the other ones.
constexpr int kMostKeys = 8;

/// A scan is restricted only if at most this share of its rows join. If more rows join, a search
/// for any rows is cheaper than a search that tests the keys of each row, and the join drops the
/// few others.
constexpr double kMostShare = 0.8;

/// The arguments of the planner's hook: a join.
struct Join {
  PlannerInfo* root;
  RelOptInfo* rel;
  RelOptInfo* outer;
  RelOptInfo* inner;
  JoinType type;
  JoinPathExtraData* extra;
};

/// The keys of a join by which a scan can be restricted.
struct Keys {
  JoinKey equalities[kMostKeys];
  List* scanned;  // the outer keys as expressions of the scanned table
  List* clauses;  // the clauses without their RestrictInfos
  int count;
  Index security_level;  // the highest level of clauses that are not leakproof
  Relids outer;
};

// --- Keys ----------------------------------------------------------------------------------------

/// True if the type has a hash function for each of its values. For arrays, composite types and
/// ranges, that depends on the types that they are made of. For records it is known only for a
/// value, so they count as having none.
bool can_hash(Oid type) {
  return type != RECORDOID && type != RECORDARRAYOID &&
         OidIsValid(lookup_type_cache(type, TYPECACHE_HASH_PROC)->hash_proc);
}

/// True if both operands of the equality can be hashed, and equal operands have equal hashes.
bool is_hashable(const OpExpr* clause) {
  Oid unused[2];
  return get_op_hash_functions(clause->opno, &unused[0], &unused[1]) &&
         get_compatible_hash_operators(clause->opno, &unused[0], &unused[1]) &&
         can_hash(exprType(static_cast<Node*>(linitial(clause->args)))) &&
         can_hash(exprType(static_cast<Node*>(lsecond(clause->args))));
}

/// Returns the outer side of a clause as an expression of the scanned table: the expression itself,
/// or one that is equal to it in every row of the outer side. Returns null if there is none.
Expr* key_of_scan(const RestrictInfo* clause, Expr* outer, Relids outer_rels, Relids scanned) {
  if (bms_equal(outer_rels, scanned)) {
    return outer;
  }
  const EquivalenceClass* equal = clause->parent_ec;
  if (equal == nullptr || equal->ec_has_volatile || equal->ec_broken) {
    return nullptr;
  }
  const Oid type = exprType(reinterpret_cast<Node*>(outer));
  for (const auto* member : list_of<EquivalenceMember>(equal->ec_members)) {
    if (!member->em_is_child && bms_equal(member->em_relids, scanned) &&
        exprType(reinterpret_cast<Node*>(member->em_expr)) == type) {
      return member->em_expr;
    }
  }
  return nullptr;
}

/// Adds a clause to the keys, if a scan can be restricted by it.
void add_key(const Join& join, const RestrictInfo* clause, const RelOptInfo* scanned, Keys* keys) {
  // A clause that can be hashed is an equality without volatile functions, so nothing else has to
  // be tested.
  if (keys->count == kMostKeys || !OidIsValid(clause->hashjoinoperator) ||
      !is_hashable(reinterpret_cast<OpExpr*>(clause->clause))) {
    return;
  }
  const bool is_turned = bms_is_subset(clause->right_relids, join.outer->relids);
  Relids outer_rels = is_turned ? clause->right_relids : clause->left_relids;
  Relids inner_rels = is_turned ? clause->left_relids : clause->right_relids;
  if (!bms_is_subset(outer_rels, join.outer->relids) ||
      !bms_is_subset(inner_rels, join.inner->relids) || bms_is_empty(inner_rels)) {
    return;
  }
  const auto* equality = reinterpret_cast<OpExpr*>(clause->clause);
  auto* left = static_cast<Expr*>(linitial(equality->args));
  auto* right = static_cast<Expr*>(lsecond(equality->args));
  Expr* outer = is_turned ? right : left;
  Expr* key = key_of_scan(clause, outer, outer_rels, scanned->relids);
  if (key == nullptr || contain_subplans(reinterpret_cast<Node*>(clause->clause))) {
    return;
  }
  keys->equalities[keys->count++] = {.outer = outer,
                                     .inner = is_turned ? left : right,
                                     .op = equality->opno,
                                     .collation = equality->inputcollid,
                                     .is_turned = is_turned};
  keys->scanned = lappend(keys->scanned, key);
  keys->clauses = lappend(keys->clauses, clause->clause);
  keys->outer = bms_add_members(keys->outer, outer_rels);
  keys->security_level = Max(keys->security_level, clause->leakproof ? 0 : clause->security_level);
}

Keys find_keys(const Join& join, const RelOptInfo* scanned) {
  Keys keys{};
  for (auto* condition : list_of<RestrictInfo>(join.extra->restrictlist)) {
    add_key(join, condition, scanned, &keys);
  }
  return keys;
}

// --- Estimates -----------------------------------------------------------------------------------

/// Returns the share of the outer rows for which an inner row has the same keys. It is computed
/// from the clauses without their RestrictInfos, because these cache the selectivity for another
/// kind of join.
double share_of_keys(const Join& join, const Keys& keys) {
  SpecialJoinInfo* semi = makeNode(SpecialJoinInfo);
  semi->min_lefthand = semi->syn_lefthand = join.outer->relids;
  semi->min_righthand = semi->syn_righthand = join.inner->relids;
  semi->jointype = JOIN_SEMI;
  return clauselist_selectivity(join.root, keys.clauses, 0, JOIN_SEMI, semi);
}

double count_keys(const Join& join, const Keys& keys, double rows) {
  List* inner = NIL;
  for (int i = 0; i < keys.count; ++i) {
    inner = lappend(inner, keys.equalities[i].inner);
  }
  return Max(estimate_num_groups(join.root, inner, rows, nullptr, nullptr), 1);
}

// --- Paths ---------------------------------------------------------------------------------------

/// Charges nested loops for the risk that they read on to the end. The planner assumes that a
/// nested loop over rows in the order of the distance ends early, but if the rows that join lie far
/// from the query vector, it reads all rows. Where a restricted scan is possible instead, the
/// probability of that, times the share of rows that do not join, times the loop's run cost is
/// added to the loop's start-up cost. There it counts even below a LIMIT.
void charge_risk(const Join& join, const Path* ordered, double share) {
  for (auto* path : list_of<Path>(join.rel->pathlist)) {
    if (IsA(path, NestPath) && reinterpret_cast<NestPath*>(path)->jpath.outerjoinpath == ordered) {
      path->startup_cost +=
          kCosts.policy.risk_of_join * (1 - share) * (path->total_cost - path->startup_cost);
    }
  }
}

/// Returns the cheapest path that gives the inner rows of one outer row, or null if there is none.
Path* path_by_keys(const Join& join) {
  Path* cheapest = nullptr;
  for (auto* path : list_of<Path>(join.inner->cheapest_parameterized_paths)) {
    if (path->param_info != nullptr &&
        bms_is_subset(path->param_info->ppi_req_outer, join.outer->relids) &&
        (cheapest == nullptr || path->total_cost < cheapest->total_cost)) {
      cheapest = path;
    }
  }
  return cheapest;
}

/// A restriction of the outer side of a join: what it does to the scan, and the lookup of its keys.
/// Each path has its own link.
struct Restriction {
  Keys keys;
  KeyCondition condition;
  LookupSource lookup;
};

void link(Restriction* restriction) {
  restriction->condition.link = restriction->lookup.link = {makeInteger(-1)};
}

/// Plans the restriction of a scan of `scanned`. Returns false if the join has no key, or the
/// restriction is not worthwhile.
bool plan_restriction(const Join& join, const RelOptInfo* scanned, Restriction* restriction) {
  *restriction = {};
  restriction->keys = find_keys(join, scanned);
  const Keys& keys = restriction->keys;
  if (keys.count == 0) {
    return false;
  }
  Path* inner = join.inner->cheapest_total_path;
  const bool keeps_one =
      join.type == JOIN_SEMI && keys.count == list_length(join.extra->restrictlist);
  const double rows = expected_rows(join.root, inner);
  const double count = count_keys(join, keys, rows);
  const double kept = keeps_one ? count : rows;
  const double bytes = kept * (kBytesOfRow + join.inner->reltarget->width);
  const double assumed = Min(Max(share_of_keys(join, keys), 1e-9), 1);
  const double share =
      rows < inner->rows ? assumed * count / count_keys(join, keys, inner->rows) : assumed;
  if (filter_strategy == kFilterAuto &&
      (bytes > static_cast<double>(get_hash_memory_limit()) || share > kMostShare)) {
    return false;
  }
  restriction->condition.keys = keys.scanned;
  restriction->condition.equalities = keys.equalities;
  restriction->condition.security_level = keys.security_level;
  restriction->condition.share = share;
  restriction->condition.count = count;
  restriction->condition.time =
      inner->total_cost * kCosts.policy.unit_of_join + rows * kCosts.set.filled_row;
  restriction->condition.cost =
      inner->total_cost + rows * kCosts.set.filled_row / kCosts.policy.unit;
  restriction->condition.fanout = join.rel->rows / Max(join.outer->rows * assumed, 1);
  restriction->lookup.inner = inner;
  restriction->lookup.outer = keys.outer;
  restriction->lookup.equalities = keys.equalities;
  restriction->lookup.count = keys.count;
  restriction->lookup.rows = clamp_row_est(kept / count);
  restriction->lookup.keeps_one = keeps_one;
  return true;
}

/// Returns the nested loop over two paths. The server drops the clauses that a parameterized inner
/// path could test. A lookup tests only the clauses of its keys, so all clauses are put back.
NestPath* make_nested_loop(const Join& join, Path* outer, Path* inner, List* order) {
  JoinCostWorkspace workspace;
  cost_nested_loop(join.root, &workspace, join.type, outer, inner, join.extra);
  NestPath* path = create_nestloop_path(join.root, join.rel, join.type, &workspace, join.extra,
                                        outer, inner, join.extra->restrictlist, order, nullptr);
  path->jpath.joinrestrictinfo = join.extra->restrictlist;
  return path;
}

/// Returns the join whose outer side is restricted from the start.
NestPath* make_restricted_join(const Join& join, Path* ordered, Restriction restriction,
                               List* order) {
  link(&restriction);
  Path* outer = restrict_path(join.root, ordered, restriction.condition);
  CustomPath* lookup = make_hash_lookup_path(join.root, restriction.lookup);
  return make_nested_loop(join, outer, &lookup->path, order);
}

/// Drops the nested loop over these paths, which a deferred join replaces: the join begins in the
/// same way, and its cost includes the searches that the nested loop needs.
void drop_nested_loop(const Join& join, const Path* ordered, const Path* by_keys) {
  ListCell* cell;
  foreach (cell, join.rel->pathlist) {
    const auto* path = static_cast<const NestPath*>(lfirst(cell));
    if (IsA(path, NestPath) && path->jpath.outerjoinpath == ordered &&
        path->jpath.innerjoinpath == by_keys) {
      join.rel->pathlist = foreach_delete_current(join.rel->pathlist, cell);
    }
  }
}

/// Returns how many rows of `ordered` the join reads for the rows that the query wants.
double rows_read(const Join& join, const Path* ordered) {
  const double wanted = join.root->limit_tuples;
  return wanted > 0 ? Min(wanted / Max(join.rel->rows, 1) * join.outer->rows, ordered->rows) : 0;
}

/// Returns the join that begins as a nested loop over `ordered` and `by_keys`. Once the nested loop
/// has taken as long as it is expected to take to fill the lookup, the join goes on as the
/// restricted join.
NestPath* make_deferred_join(const Join& join, Path* ordered, Path* by_keys,
                             Restriction restriction, List* order) {
  link(&restriction);
  KeyCondition& condition = restriction.condition;
  LookupSource& lookup = restriction.lookup;
  condition.is_deferred = true;
  // A setting such as enable_seqscan = off raises the cost of the other side, but not its time.
  condition.time -=
      (lookup.inner->total_cost - cost_if_enabled(lookup.inner)) * kCosts.policy.unit_of_join;
  lookup.by_keys = by_keys;
  lookup.fill_cost = condition.time;
  lookup.outer = bms_union(lookup.outer, by_keys->param_info->ppi_req_outer);
  lookup.rows = by_keys->rows;
  Path* outer = restrict_path(join.root, ordered, condition);
  NestPath* path = make_nested_loop(join, outer, by_keys, order);
  path->jpath.innerjoinpath = &make_hash_lookup_path(join.root, lookup)->path;
  // The planner's cost of a lookup by an index is too low if the index's pages are expected to be
  // in memory.
  const Cost least = kCosts.set.lookup_by_index / kCosts.policy.unit;
  const Cost more = Max(least - by_keys->total_cost, 0);
  const Cost fill = kCosts.policy.chance_of_fill * condition.time / kCosts.policy.unit;
  path->jpath.path.startup_cost += fill + more * rows_read(join, ordered);
  path->jpath.path.total_cost += fill + more * ordered->rows;
  return path;
}

/// Adds the join paths with `ordered` as the outer side, restricted by the keys of the inner side.
void add_restricted_joins(const Join& join, Path* ordered, const Path* scan) {
  Restriction restriction;
  List* order = build_join_pathkeys(join.root, join.rel, join.type, ordered->pathkeys);
  if (order == NIL || !plan_restriction(join, scan->parent, &restriction)) {
    return;
  }
  charge_risk(join, ordered, restriction.condition.share);
  if (!can_be_restricted(scan)) {
    return;
  }
  Path* by_keys = filter_strategy == kFilterAuto ? path_by_keys(join) : nullptr;
  if (by_keys != nullptr) {
    restriction.condition.is_timed = true;
    restriction.condition.cost = restriction.condition.time / kCosts.policy.unit;
    drop_nested_loop(join, ordered, by_keys);
    add_path(join.rel, &make_deferred_join(join, ordered, by_keys, restriction, order)->jpath.path);
  }
  add_path(join.rel, &make_restricted_join(join, ordered, restriction, order)->jpath.path);
}

/// True if the join can be made by a lookup. It must be an inner or a semi-join of an ordered
/// query, whose inner side does not depend on the outer one.
bool can_look_up(const Join& join) {
  const Path* inner = join.inner->cheapest_total_path;
  return (join.type == JOIN_INNER || join.type == JOIN_SEMI) &&
         join.rel->reloptkind == RELOPT_JOINREL && join.root->query_pathkeys != NIL &&
         join.extra->restrictlist != NIL && inner != nullptr && inner->param_info == nullptr &&
         !bms_overlap(join.inner->lateral_relids, join.outer->relids);
}

void on_join_pathlist(PlannerInfo* root, RelOptInfo* rel, RelOptInfo* outer, RelOptInfo* inner,
                      JoinType type, JoinPathExtraData* extra) {
  if (previous_hook != nullptr) {
    previous_hook(root, rel, outer, inner, type, extra);
  }
  add_one_row_joins(root, rel, outer, inner, type, extra);
  const Join join{root, rel, outer, inner, type, extra};
  if (filter_strategy == kFilterOff || !can_look_up(join)) {
    return;
  }
  for (auto* ordered : list_of<Path>(outer->pathlist)) {
    if (ordered->pathkeys == NIL || ordered->param_info != nullptr) {
      continue;
    }
    const Path* scan = scan_in_order(root, ordered);
    if (scan != nullptr) {
      add_restricted_joins(join, ordered, scan);
    }
  }
}

}  // namespace

void offer_key_joins() {
  register_hash_lookup();
  previous_hook = set_join_pathlist_hook;
  set_join_pathlist_hook = on_join_pathlist;
}

}  // namespace vecext::pg
