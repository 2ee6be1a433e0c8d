#include "pg/am/scan/plan_above.h"

namespace vecext::pg {

namespace {

/// The innermost plan that runs.
struct RunningPlan {
  const QueryDesc* query;
  bool is_to_end;  // nobody fetches rows by the piece
};
RunningPlan running{nullptr, false};

struct NodeSearch {
  IndexScanDesc scan;  // null: `node` is looked for
  const PlanState* node;
  PlanAbove above;       // the node that is looked at
  const PlanState* cte;  // null, or the plan of a CTE whose readers are looked for
  PlanAbove readers;     // what these are to it, together
};

/// What a node that is neither known to read all of its rows nor to keep their order is to the
/// nodes below it.
PlanAbove unknown_below(const PlanAbove& above) {
  return {.limit = nullptr,
          .takes_one_more = false,
          .takes_all = false,
          .relies_on_order = above.relies_on_order,
          .drops_late = above.drops_late};
}

/// One that hands all rows on that it is asked for, some of them changed, left out or repeated.
PlanAbove changed_below(const PlanAbove& above) {
  PlanAbove below = unknown_below(above);
  below.takes_all = above.takes_all;
  return below;
}

PlanAbove relying_below(PlanAbove above) {
  above.relies_on_order = true;
  return above;
}

/// One that reads all rows before it gives any, and keeps no order.
constexpr PlanAbove kAllBelow{.limit = nullptr,
                              .takes_one_more = false,
                              .takes_all = true,
                              .relies_on_order = false,
                              .drops_late = false};

/// One that takes equal neighbors together. A late row would be a group of its own, and to leave
/// it out would make a group too small: all rows are asked for, whatever is taken of the groups.
constexpr PlanAbove kGroupsBelow{.limit = nullptr,
                                 .takes_one_more = false,
                                 .takes_all = true,
                                 .relies_on_order = true,
                                 .drops_late = true};

PlanAbove limit_below(const LimitState* limit, const PlanAbove& above) {
  const bool has_ties = limit->limitOption == LIMIT_OPTION_WITH_TIES;
  return {.limit = limit,
          .takes_one_more = has_ties,
          .takes_all = above.takes_all && limit->limitCount == nullptr,
          .relies_on_order = above.relies_on_order || has_ties,
          .drops_late = above.drops_late};
}

PlanAbove sorted_below(PlanAbove above) {
  above.takes_one_more = true;
  return relying_below(above);
}

/// Does the node, or one of its aggregates (DISTINCT, ORDER BY), rely on its rows' order?
bool is_sorted(const AggState* node) {
  const ListCell* cell;
  foreach (cell, node->aggs) {
    if (is_presorted(lfirst_node(Aggref, cell))) {
      return true;
    }
  }
  return node->aggstrategy == AGG_SORTED || node->aggstrategy == AGG_MIXED;
}

/// The plan above a node's children, if `above` is that above the node.
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
      // It may end early by a condition on a rank.
      return relying_below(reinterpret_cast<const WindowAgg*>(node->plan)->runCondition == NIL
                               ? changed_below(above)
                               : unknown_below(above));
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

/// The plan by which a node looks again at rows that another transaction changed meanwhile
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

bool search_plan(PlanState* node, void* context);

/// What asks for the rows of the whole plan.
PlanAbove above_all() {
  return {.limit = nullptr,
          .takes_one_more = false,
          .takes_all = running.is_to_end,
          .relies_on_order = false,
          .drops_late = false};
}

/// Counts a node in that reads the CTE.
void add_reader(const PlanState* node, NodeSearch* search) {
  if (IsA(node, CteScanState) &&
      reinterpret_cast<const CteScanState*>(node)->cteplanstate == search->cte) {
    search->readers.takes_all |= search->above.takes_all;
    search->readers.relies_on_order |= search->above.relies_on_order;
    search->readers.drops_late |= search->above.drops_late;
  }
}

/// A CTE's rows come in their order to each node that reads them (from 17 on). What becomes of
/// those that another CTE reads is not looked up: its order may be relied on.
PlanAbove above_cte(const PlanState* plan, const NodeSearch& search) {
  if (search.cte != nullptr) {
    return kGroupsBelow;
  }
  NodeSearch readers{
      .scan = nullptr, .node = nullptr, .above = above_all(), .cte = plan, .readers = {}};
  (void)search_plan(running.query->planstate, &readers);
  return readers.readers;
}

/// The same for plans within a node's expressions, which ask for rows as they like, and for CTEs.
bool search_subplans(const List* subplans, NodeSearch* search) {
  const ListCell* cell;
  foreach (cell, subplans) {
    const auto* subplan = static_cast<const SubPlanState*>(lfirst(cell));
    const bool is_cte = subplan->subplan->subLinkType == CTE_SUBLINK;
    search->above = is_cte ? above_cte(subplan->planstate, *search) : PlanAbove{};
    if (search_plan(subplan->planstate, search)) {
      return true;
    }
  }
  return false;
}

/// Looks for the scan; true: found, with the plan above it.
bool search_plan(PlanState* node, void* context) {
  auto* search = static_cast<NodeSearch*>(context);
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
  if (walk_plan_states(node, search_plan, search)) {
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

/// Runs a plan, or what is left of it, as the innermost one.
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
}

ExecutorFinish_hook_type previous_finish_hook;

/// Statements within WITH that change rows, and that nothing reads, run when a plan is finished.
void finish_plan(QueryDesc* query) {
  run_noted({query, true}, [&] {
    (previous_finish_hook != nullptr ? previous_finish_hook : standard_ExecutorFinish)(query);
  });
}

}  // namespace

PlanAbove plan_above(IndexScanDesc scan) {
  return find({.scan = scan, .node = nullptr, .above = {}, .cte = nullptr, .readers = {}});
}

PlanAbove plan_above(const PlanState* node) {
  return find({.scan = nullptr, .node = node, .above = {}, .cte = nullptr, .readers = {}});
}

int64 rows_of_limit(const PlanAbove& above) {
  const LimitState* limit = above.limit;
  if (limit == nullptr || limit->noCount || limit->lstate == LIMIT_INITIAL) {
    return 0;
  }
  constexpr int64 kAll = PG_INT64_MAX;  // as many as a sum that is more
  const int64 taken = limit->count > kAll - limit->offset ? kAll : limit->offset + limit->count;
  return taken + (above.takes_one_more && taken < kAll ? 1 : 0);
}

void note_running_plans() {
  on_executor_run(run_plan);
  previous_finish_hook = ExecutorFinish_hook;
  ExecutorFinish_hook = finish_plan;
}

}  // namespace vecext::pg
