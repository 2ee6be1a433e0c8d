// The differences between the server's major versions in its planner and executor (see version.h).
#pragma once

#include <cmath>

extern "C" {
#include "access/stratnum.h"
#include "access/sysattr.h"
#include "catalog/pg_type.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "nodes/extensible.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/multibitmapset.h"
#endif
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/appendinfo.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#if PG_VERSION_NUM >= 160000
#include "parser/parse_relation.h"
#endif
#include "miscadmin.h"
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif
}

namespace vecext::pg {

/// Adds a plan with its costs to the output of EXPLAIN.
inline void explain_plan(PlannedStmt* plan, ExplainState* state, const char* text,
                         ParamListInfo parameters) {
#if PG_VERSION_NUM >= 170000
  ExplainOnePlan(plan, nullptr, state, text, parameters, nullptr, nullptr, nullptr, nullptr);
#else
  ExplainOnePlan(plan, nullptr, state, text, parameters, nullptr, nullptr, nullptr);
#endif
}

/// Keeps the planner from choosing a path whose cost is already too high. From 18 on, the cost
/// alone does not keep it from that.
inline void disable_path([[maybe_unused]] Path* path) {
#if PG_VERSION_NUM >= 180000
  path->disabled_nodes = 2;
#endif
}

/// True if a Var in RETURNING is qualified by OLD or NEW, as is possible from 18 on.
inline bool is_old_or_new([[maybe_unused]] const Var* var) {
#if PG_VERSION_NUM >= 180000
  return var->varreturningtype != VAR_RETURNING_DEFAULT;
#else
  return false;
#endif
}

/// Make the slot of a custom scan one for rows of the table. From 16 on, set_slot_of_table() does
/// it when the node is made. Before 16, init_slot_of_table() does it when the scan begins.
inline void set_slot_of_table([[maybe_unused]] CustomScanState* node) {
#if PG_VERSION_NUM >= 160000
  node->slotOps = &TTSOpsBufferHeapTuple;
#endif
}
inline void init_slot_of_table([[maybe_unused]] CustomScanState* node) {
#if PG_VERSION_NUM < 160000
  // The server has made a slot of another kind, and a projection and a qual for that, so they are
  // made again.
  ScanState* scan = &node->ss;
  scan->ps.subPlan = NIL;
  ExecInitScanTupleSlot(scan->ps.state, scan, RelationGetDescr(scan->ss_currentRelation),
                        table_slot_callbacks(scan->ss_currentRelation));
  ExecAssignScanProjectionInfo(scan);
  scan->ps.qual = ExecInitQual(scan->ps.plan->qual, &scan->ps);
#endif
}

/// Translates expressions over a table to expressions over `child`, which inherits from the table
/// directly or through other tables.
inline List* translate_to_child(PlannerInfo* root, List* expressions, const RelOptInfo* child,
                                const RelOptInfo* parent) {
  auto* node = reinterpret_cast<Node*>(expressions);
#if PG_VERSION_NUM >= 160000
  node = adjust_appendrel_attrs_multilevel(root, node, const_cast<RelOptInfo*>(child),
                                           const_cast<RelOptInfo*>(parent));
#else
  node = adjust_appendrel_attrs_multilevel(root, node, child->relids, parent->relids);
#endif
  return reinterpret_cast<List*>(node);
}

/// Returns the row that an entry of one of the executor's hash tables has.
inline MinimalTuple tuple_of_entry(TupleHashEntry entry) {
#if PG_VERSION_NUM >= 180000
  return TupleHashEntryGetTuple(entry);
#else
  return entry->firstTuple;
#endif
}

/// Returns a copy of a Var that does not say which outer joins may make it null. Vars say that from
/// 16 on.
inline Node* without_nulling_relids(const Var* var) {
  auto* copy = static_cast<Var*>(copyObjectImpl(var));
#if PG_VERSION_NUM >= 160000
  copy->varnullingrels = nullptr;
#endif
  return reinterpret_cast<Node*>(copy);
}

/// Returns an expression of a query after replacing each Var of a grouping by the expression that
/// the query groups by. From 18 on, the planner itself does this only after it has simplified
/// expressions.
inline Node* without_grouping([[maybe_unused]] const Query* query, Node* node) {
#if PG_VERSION_NUM >= 180000
  if (query->hasGroupRTE) {
    return flatten_group_exprs(nullptr, const_cast<Query*>(query), node);
  }
#endif
  return node;
}

/// Returns the role whose rights decide if a query may read a table of its range table.
inline Oid reading_role([[maybe_unused]] const Query* query, const RangeTblEntry* rte) {
#if PG_VERSION_NUM >= 160000
  auto* table = const_cast<RangeTblEntry*>(rte);
  const Oid role = table->perminfoindex == 0
                       ? InvalidOid
                       : getRTEPermissionInfo(query->rteperminfos, table)->checkAsUser;
#else
  const Oid role = rte->checkAsUser;
#endif
  return OidIsValid(role) ? role : GetUserId();
}

/// True if an aggregate relies on the order of the rows that the plan below returns.
inline bool is_presorted([[maybe_unused]] const Aggref* aggregate) {
#if PG_VERSION_NUM >= 160000
  return aggregate->aggpresorted;
#else
  return false;
#endif
}

/// Returns a copy of an expression in which `mutator` has replaced nodes. Before 16, the server
/// declares mutators without their parameters.
using ExpressionMutator = Node* (*)(Node*, void*);
inline Node* mutate_expression(Node* node, ExpressionMutator mutator, void* context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_mutator(node, mutator, context);
#else
  return expression_tree_mutator(
      node, reinterpret_cast<Node* (*)()>(reinterpret_cast<void*>(mutator)), context);
#endif
}

using ExpressionWalker = bool (*)(Node*, void*);
inline bool walk_expression(Node* node, ExpressionWalker walker, void* context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_walker(node, walker, context);
#else
  return expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void*>(walker)),
                                context);
#endif
}

inline bool walk_query(Query* query, ExpressionWalker walker, void* context) {
#if PG_VERSION_NUM >= 160000
  return query_tree_walker(query, walker, context, 0);
#else
  return query_tree_walker(query, reinterpret_cast<bool (*)()>(reinterpret_cast<void*>(walker)),
                           context, 0);
#endif
}

using PlanStateWalker = bool (*)(PlanState* node, void* context);
inline bool walk_plan_states(PlanState* node, PlanStateWalker walker, void* context) {
#if PG_VERSION_NUM >= 160000
  return planstate_tree_walker(node, walker, context);
#else
  return planstate_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void*>(walker)),
                               context);
#endif
}

/// Iterates over the members of an equivalence class, including its members for those child tables
/// that are among `relids`. From 18 on, the server keeps the members for child tables apart.
class ClassMembers {
 public:
  ClassMembers(EquivalenceClass* of, [[maybe_unused]] Relids relids) {
#if PG_VERSION_NUM >= 180000
    setup_eclass_member_iterator(&iterator_, of, relids);
#else
    members_ = of->ec_members;
#endif
  }

  /// Returns the next member, or null after the last.
  const EquivalenceMember* next() {
#if PG_VERSION_NUM >= 180000
    return eclass_member_iterator_next(&iterator_);
#else
    return at_ < list_length(members_)
               ? static_cast<const EquivalenceMember*>(list_nth(members_, at_++))
               : nullptr;
#endif
  }

 private:
#if PG_VERSION_NUM >= 180000
  EquivalenceMemberIterator iterator_;
#else
  const List* members_;
  int at_ = 0;
#endif
};

inline bool is_ascending(const PathKey* key) {
#if PG_VERSION_NUM >= 180000
  return key->pk_cmptype == COMPARE_LT;
#else
  return key->pk_strategy == BTLessStrategyNumber;
#endif
}

/// Returns an ascending path key for an expression over a table, whose type is float8. The key has
/// the operator families of `like`. Its equivalence class is made here and is not in the planner's
/// list, because the planner makes no new classes for child tables.
inline PathKey* ascending_key(PlannerInfo* root, const RelOptInfo* rel, const PathKey* like,
                              OpExpr* expression) {
  EquivalenceMember* member = makeNode(EquivalenceMember);
  member->em_expr = reinterpret_cast<Expr*>(expression);
  member->em_relids = bms_copy(rel->relids);
  member->em_datatype = FLOAT8OID;
  EquivalenceClass* of = makeNode(EquivalenceClass);
  of->ec_opfamilies = list_copy(like->pk_eclass->ec_opfamilies);
  of->ec_members = list_make1(member);
  of->ec_relids = bms_copy(rel->relids);
#if PG_VERSION_NUM >= 180000
  return make_canonical_pathkey(root, of, like->pk_opfamily, COMPARE_LT, false);
#else
  return make_canonical_pathkey(root, of, like->pk_opfamily, BTLessStrategyNumber, false);
#endif
}

/// True if the conditions are not satisfied by rows in which the column is null.
inline bool fail_for_null(List* conditions, const Var* column) {
  auto* node = reinterpret_cast<Node*>(conditions);
#if PG_VERSION_NUM >= 160000
  return mbms_is_member(column->varno, column->varattno - FirstLowInvalidHeapAttributeNumber,
                        find_nonnullable_vars(node));
#else
  return list_member(find_nonnullable_vars(node), const_cast<Var*>(column));
#endif
}

/// The arguments of ExecutorRun() after the query.
struct ExecutorRunRest {
  ScanDirection direction;
  uint64 count;
  bool once;  // used before 18
};
using RunPlan = void (*)(QueryDesc* query, const ExecutorRunRest& rest);

/// on_executor_run() installs a hook that calls `run` in place of each ExecutorRun(). `run` must
/// call go_on_running(). on_executor_run() is called once, when the library is loaded.
inline RunPlan run_plan_hook;
inline ExecutorRun_hook_type previous_run_hook;
#if PG_VERSION_NUM >= 180000
inline void go_on_running(QueryDesc* query, const ExecutorRunRest& rest) {
  const auto run = previous_run_hook != nullptr ? previous_run_hook : standard_ExecutorRun;
  run(query, rest.direction, rest.count);
}
inline void hooked_run(QueryDesc* query, ScanDirection direction, uint64 count) {
  run_plan_hook(query, {direction, count, false});
}
#else
inline void go_on_running(QueryDesc* query, const ExecutorRunRest& rest) {
  const auto run = previous_run_hook != nullptr ? previous_run_hook : standard_ExecutorRun;
  run(query, rest.direction, rest.count, rest.once);
}
inline void hooked_run(QueryDesc* query, ScanDirection direction, uint64 count, bool once) {
  run_plan_hook(query, {direction, count, once});
}
#endif
inline void on_executor_run(RunPlan run) {
  run_plan_hook = run;
  previous_run_hook = ExecutorRun_hook;
  ExecutorRun_hook = hooked_run;
}

/// Applies enable_indexscan = off to a path whose costs are set, as the server does to its index
/// scans. `index` is the path that the server itself has made for the index.
inline void follow_enable_indexscan(Path* path, [[maybe_unused]] const Path* index) {
#if PG_VERSION_NUM >= 180000
  path->disabled_nodes = index->disabled_nodes;
#else
  if (!enable_indexscan) {
    path->startup_cost += disable_cost;
    path->total_cost += disable_cost;
  }
#endif
}

/// Returns the total cost of a path without what the server adds for disabled nodes.
inline Cost cost_if_enabled(const Path* path) {
#if PG_VERSION_NUM >= 180000
  return path->total_cost;
#else
  return std::fmod(path->total_cost, disable_cost);
#endif
}

/// Sets `workspace` to the server's first estimate of what a nested loop of these two paths costs.
inline void cost_nested_loop(PlannerInfo* root, JoinCostWorkspace* workspace, JoinType type,
                             Path* outer, Path* inner, JoinPathExtraData* extra) {
#if PG_VERSION_NUM >= 190000
  initial_cost_nestloop(root, workspace, type, PGS_NESTLOOP_PLAIN, outer, inner, extra);
#else
  initial_cost_nestloop(root, workspace, type, outer, inner, extra);
#endif
}

/// Returns a path like `path` over the paths in `members`, which are paths of the relation's
/// children.
inline MergeAppendPath* copy_merge_append(PlannerInfo* root, RelOptInfo* rel,
                                          const MergeAppendPath* path, List* members) {
#if PG_VERSION_NUM >= 190000
  return create_merge_append_path(root, rel, members, path->child_append_relid_sets,
                                  path->path.pathkeys, nullptr);
#else
  return create_merge_append_path(root, rel, members, path->path.pathkeys, nullptr);
#endif
}

/// Adds properties to a node in the output of EXPLAIN.
struct ExplainProperties {
  struct ExplainState* state;

  void add(const char* label, int64 value) const {
    ExplainPropertyInteger(label, nullptr, value, state);
  }
  void add(const char* label, double value, int digits) const {
    ExplainPropertyFloat(label, nullptr, value, digits, state);
  }
};
using DescribeNode = void (*)(PlanState* node, const ExplainProperties& properties);

/// Installs a hook that calls `describe` for each node that EXPLAIN ANALYZE shows. Before 18 the
/// server has no such hook. It has to be called once, when the library is loaded.
#if PG_VERSION_NUM >= 180000
inline DescribeNode describe_node;
inline explain_per_node_hook_type previous_node_hook;
inline void explain_node(PlanState* node, List* ancestors, const char* relationship,
                         const char* plan_name, ExplainState* state) {
  if (previous_node_hook != nullptr) {
    previous_node_hook(node, ancestors, relationship, plan_name, state);
  }
  if (state->analyze) {
    describe_node(node, {state});
  }
}
inline void on_explain_analyze(DescribeNode describe) {
  describe_node = describe;
  previous_node_hook = explain_per_node_hook;
  explain_per_node_hook = explain_node;
}
#else
inline void on_explain_analyze(DescribeNode) {}
#endif

}  // namespace vecext::pg
