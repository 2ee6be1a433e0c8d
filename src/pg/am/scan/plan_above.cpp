#include "pg/am/scan/plan_above.h"

#include "pg/sys/list.h"

namespace vecext::pg {

namespace {

/// The innermost plan that runs.
struct RunningPlan {
  const QueryDesc* query;
  bool is_to_end;  // true if all rows are fetched at once
};
RunningPlan running{nullptr, false};

/// A walk over a plan that looks for a scan, for a node, or for the readers of a CTE.
struct NodeSearch {
  IndexScanDesc scan;  // null if the walk looks for `node`
  const PlanState* node;
  PlanAbove above;       // the plan above the current node
  const PlanState* cte;  // the plan of the CTE whose readers the walk looks for, or null
  PlanAbove readers;     // the plans above all readers together
};

// Each function ..._below() returns the plan above the children of a kind of node, given the plan
// above the node.

/// For a node that may read only some of its rows, in any order.
PlanAbove unknown_below(const PlanAbove& above) {
  return {.limit = nullptr, .reads_more = 0, .reads_all = false, .order_use = above.order_use};
}

/// For a node that reads all rows of its children if all rows that it returns are read, but may
/// change, drop or repeat some.
PlanAbove changed_below(const PlanAbove& above) {
  PlanAbove below = unknown_below(above);
  below.reads_all = reads_all(above);
  return below;
}

/// For a node that relies on the order of the rows that it reads.
PlanAbove relying_below(PlanAbove above) {
  above.order_use = Max(above.order_use, OrderUse::kReliedOn);
  return above;
}

/// The plan below a node that reads all rows before it returns any, and ignores their order.
constexpr PlanAbove kAllBelow{
    .limit = nullptr, .reads_more = 0, .reads_all = true, .order_use = OrderUse::kNone};

/// The plan below a node that groups equal adjacent rows. A late row would make a group of its own,
/// and if late rows were left out, a group would lack rows. So all rows are wanted, however many
/// groups are read.
constexpr PlanAbove kGroupsBelow{
    .limit = nullptr, .reads_more = 0, .reads_all = true, .order_use = OrderUse::kForGroups};

PlanAbove limit_below(const LimitState* limit, const PlanAbove& above) {
  const bool has_ties = limit->limitOption == LIMIT_OPTION_WITH_TIES;
  return {.limit = limit,
          .reads_more = has_ties ? 1 : 0,
          .reads_all = reads_all(above),
          .order_use = has_ties ? Max(above.order_use, OrderUse::kReliedOn) : above.order_use};
}

PlanAbove sorted_below(PlanAbove above) {
  ++above.reads_more;
  return relying_below(above);
}

/// True if the node, or one of its aggregates (DISTINCT, ORDER BY), relies on the order of its
/// rows.
bool is_sorted(const AggState* node) {
  for (auto* aggregate : list_of<Aggref>(node->aggs)) {
    if (is_presorted(aggregate)) {
      return true;
    }
  }
  return node->aggstrategy == AGG_SORTED || node->aggstrategy == AGG_MIXED;
}

/// For window functions. A window function returns each row once, so it reads as many rows as a
/// LIMIT above takes, unless a run condition, such as one on a rank, ends it early. It also reads
/// the rows that are equal to the last one, and one row more. If its frame extends beyond the
/// current row, it reads further.
PlanAbove ranked_below(const WindowAgg* node, PlanAbove above) {
  if (node->runCondition != NIL) {
    return relying_below(unknown_below(above));
  }
  constexpr int64 kRowsAhead = 8;
  above.reads_more += kRowsAhead;
  return relying_below(above);
}

/// Returns the plan above a node's children, given the plan above the node.
PlanAbove plan_below(const PlanState* node, const PlanAbove& above) {
  switch (nodeTag(node)) {
    case T_LimitState:
      return limit_below(reinterpret_cast<const LimitState*>(node), above);
    case T_ResultState:
    case T_SubqueryScanState:
      return node->qual == nullptr ? above : changed_below(above);
    case T_AppendState:
    case T_LockRowsState:
      return above;
    case T_MergeAppendState:
      return relying_below(above);
    case T_IncrementalSortState:
      return sorted_below(above);
    case T_SortState:
    case T_HashState:
      return kAllBelow;
    case T_AggState:
      return is_sorted(reinterpret_cast<const AggState*>(node)) ? kGroupsBelow : kAllBelow;
    case T_WindowAggState:
      return ranked_below(reinterpret_cast<const WindowAgg*>(node->plan), above);
    case T_GroupState:
    case T_UniqueState:
    case T_SetOpState:
    case T_MergeJoinState:
      return kGroupsBelow;
    case T_GatherMergeState:
      return relying_below(changed_below(above));
    case T_NestLoopState:
    case T_ProjectSetState:
    case T_MaterialState:
    case T_GatherState:
    case T_ModifyTableState:
      return changed_below(above);
    default:
      return unknown_below(above);
  }
}

bool is_found(const PlanState* node, const NodeSearch& search) {
  return search.scan == nullptr
             ? node == search.node
             : IsA(node, IndexScanState) &&
                   reinterpret_cast<const IndexScanState*>(node)->iss_ScanDesc == search.scan;
}

/// Returns the plan by which a node rechecks rows that another transaction has changed
/// (EvalPlanQual).
PlanState* recheck_plan(PlanState* node) {
  switch (nodeTag(node)) {
    case T_ModifyTableState:
      return reinterpret_cast<ModifyTableState*>(node)->mt_epqstate.recheckplanstate;
    case T_LockRowsState:
      return reinterpret_cast<LockRowsState*>(node)->lr_epqstate.recheckplanstate;
    default:
      return nullptr;
  }
}

bool search_plan(PlanState* node, NodeSearch* search);

/// Returns the plan above the whole plan, which is the client.
PlanAbove above_all() {
  return {.limit = nullptr,
          .reads_more = 0,
          .reads_all = running.is_to_end,
          .order_use = OrderUse::kNone};
}

/// Adds the plan above the node to `readers` if the node reads the CTE.
void add_reader(const PlanState* node, NodeSearch* search) {
  if (IsA(node, CteScanState) &&
      reinterpret_cast<const CteScanState*>(node)->cteplanstate == search->cte) {
    search->readers.reads_all |= reads_all(search->above);
    search->readers.order_use = Max(search->readers.order_use, search->above.order_use);
  }
}

/// Returns the plan above a CTE: all nodes that read it, as they get its rows in order (from
/// PostgreSQL 17 on). If the search is already for the readers of another CTE, the readers of this
/// one are not looked up, and are assumed to rely on the order.
PlanAbove above_cte(const PlanState* plan, const NodeSearch& search) {
  if (search.cte != nullptr) {
    return kGroupsBelow;
  }
  NodeSearch readers{
      .scan = nullptr, .node = nullptr, .above = above_all(), .cte = plan, .readers = {}};
  (void)search_plan(running.query->planstate, &readers);
  return readers.readers;
}

/// Looks for the scan in CTEs and in the subplans of a node's expressions. Subplans may read any
/// number of rows.
bool search_subplans(const List* subplans, NodeSearch* search) {
  for (const auto* subplan : list_of<SubPlanState>(subplans)) {
    const bool is_cte = subplan->subplan->subLinkType == CTE_SUBLINK;
    search->above = is_cte ? above_cte(subplan->planstate, *search) : PlanAbove{};
    if (search_plan(subplan->planstate, search)) {
      return true;
    }
  }
  return false;
}

/// A search of the nodes below `parent`.
struct ChildSearch {
  NodeSearch* search;
  const PlanState* parent;
};

bool has_plan(const List* subplans, const PlanState* node) {
  for (const auto* subplan : list_of<SubPlanState>(subplans)) {
    if (subplan->planstate == node) {
      return true;
    }
  }
  return false;
}

/// Searches a child of a node. The server's walker also visits the subplans, which were searched
/// before.
bool search_child(PlanState* node, void* context) {
  const auto* children = static_cast<const ChildSearch*>(context);
  return !has_plan(children->parent->initPlan, node) &&
         !has_plan(children->parent->subPlan, node) && search_plan(node, children->search);
}

/// Looks for the scan or the node. If it returns true, search->above is the plan above it.
bool search_plan(PlanState* node, NodeSearch* search) {
  if (is_found(node, *search)) {
    return true;
  }
  add_reader(node, search);
  const PlanAbove above = search->above;
  if (search_subplans(node->initPlan, search) || search_subplans(node->subPlan, search)) {
    return true;
  }
  search->above = {};
  if (PlanState* recheck = recheck_plan(node); recheck != nullptr && search_plan(recheck, search)) {
    return true;
  }
  search->above = plan_below(node, above);
  ChildSearch children{.search = search, .parent = node};
  if (walk_plan_states(node, search_child, &children)) {
    return true;
  }
  search->above = above;
  return false;
}

PlanAbove find(NodeSearch search) {
  if (running.query == nullptr || running.query->planstate == nullptr) {
    return {};
  }
  search.above = above_all();
  return search_plan(running.query->planstate, &search) ? search.above : PlanAbove{};
}

/// Calls run() while `plan` is noted as the innermost plan that runs.
template <typename Run>
void run_noted(const RunningPlan& plan, Run run) {
  const RunningPlan before = running;
  running = plan;
  PG_TRY();
  { run(); }
  PG_FINALLY();
  { running = before; }
  PG_END_TRY();
}

void run_plan(QueryDesc* query, const ExecutorRunRest& rest) {
  const bool is_to_end = rest.count == 0 && ScanDirectionIsForward(rest.direction);
  run_noted({query, is_to_end}, [&] { go_on_running(query, rest); });
  if (running.query == nullptr && after_outermost_plan != nullptr) {
    after_outermost_plan();
  }
}

ExecutorFinish_hook_type previous_finish_hook;

/// Finishes a plan. That runs data-modifying statements in WITH that no node reads.
void finish_plan(QueryDesc* query) {
  run_noted({query, true}, [&] {
    (previous_finish_hook != nullptr ? previous_finish_hook : standard_ExecutorFinish)(query);
  });
}

}  // namespace

void (*after_outermost_plan)() = nullptr;

PlanAbove plan_above(IndexScanDesc scan) {
  return find({.scan = scan, .node = nullptr, .above = {}, .cte = nullptr, .readers = {}});
}

PlanAbove plan_above(const PlanState* node) {
  return find({.scan = nullptr, .node = node, .above = {}, .cte = nullptr, .readers = {}});
}

bool reads_all(const PlanAbove& above) {
  const LimitState* limit = above.limit;
  // A count may be null, but that is known only once the node has started.
  const bool is_limited = limit != nullptr && limit->limitCount != nullptr &&
                          (limit->lstate == LIMIT_INITIAL || !limit->noCount);
  return above.reads_all && !is_limited;
}

int64 rows_of_limit(const PlanAbove& above) {
  const LimitState* limit = above.limit;
  if (limit == nullptr || limit->noCount || limit->lstate == LIMIT_INITIAL) {
    return 0;
  }
  constexpr int64 kAll = PG_INT64_MAX;  // also for a sum that would overflow
  const int64 taken = limit->count > kAll - limit->offset ? kAll : limit->offset + limit->count;
  return taken > kAll - above.reads_more ? kAll : taken + above.reads_more;
}

int64 rows_read(const PlanAbove& above) {
  return reads_all(above) ? PG_INT64_MAX : rows_of_limit(above);
}

void note_running_plans() {
  on_executor_run(run_plan);
  previous_finish_hook = ExecutorFinish_hook;
  ExecutorFinish_hook = finish_plan;
}

}  // namespace vecext::pg
