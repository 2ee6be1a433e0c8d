// A filtered scan searches an index for the nearest rows, or for the nearest rows of a set
// (filter_policy.h chooses). When the index has no more rows, or the search takes too long, the
// scan compares all rows that are left. So it finds every row that matches.
#include "pg/plan/scan/filtered_scan.h"

#include "pg/am/common/access_method.h"
#include "pg/am/scan/ordered_scan.h"
#include "pg/plan/scan/filtered_rows.h"
#include "pg/plan/scan/filtered_search.h"
#include "pg/plan/scan/filtered_state.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/genam.h"
#include "executor/executor.h"
#include "executor/nodeIndexscan.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
}

namespace vecext::pg {

namespace {

/// Makes the scan keys of the index's order. Keys that are not constant are evaluated at each
/// rescan, in an expression context of their own.
void make_order(FilteredScan* state, EState* estate, const IndexScan* index_scan) {
  PlanState* planned = &state->ss.ps;
  ExecIndexBuildScanKeys(planned, state->index, index_scan->indexorderby, true, &state->order,
                         &state->order_count, &state->runtime_keys, &state->runtime_key_count,
                         nullptr, nullptr);
  state->runtime_context = CreateExprContext(estate);
}

void begin(CustomScanState* node, EState* estate, int eflags) {
  FilteredScan* state = scan_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  init_slot_of_table(node);
  if (Plan* bitmap = bitmap_plan_of(scan); bitmap != nullptr) {
    node->custom_ps = list_make1(ExecInitNode(bitmap, estate, eflags));
  }
  state->plan = plan_of(scan);
  if (has_deferred_condition(scan)) {
    state->deferred_plan = deferred_plan_of(scan);
  }
  state->may_test_keys_first = may_test_keys_first(scan);
  state->conditions.begin(node, implications_of(scan));
  state->keys.begin(node, (eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0);
  install_filter(state);
  state->admits_nan = !state->plan.form.is_rising();
  const IndexScan* index_scan = index_scan_of(scan);
  const auto lock = exec_rt_fetch(scan->scan.scanrelid, estate)->rellockmode;
  if ((eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0) {
    return;
  }
  state->index = index_open(index_scan->indexid, lock);
  for (FilteredPlan* plan : {&state->plan, &state->deferred_plan}) {
    plan->shape.search = access_method_of(state->index)->filtered_costs;
  }
  make_order(state, estate, index_scan);
  state->checking_context = CreateExprContext(estate);
  if (Expr* limit = most_distance_of(scan); limit != nullptr) {
    state->limit = ExecInitExpr(limit, &node->ss.ps);
  }
  state->context =
      AllocSetContextCreate(estate->es_query_cxt, "vecext filtered scan", ALLOCSET_DEFAULT_SIZES);
  state->set_context =
      AllocSetContextCreate(estate->es_query_cxt, "vecext filter set", ALLOCSET_DEFAULT_SIZES);
}

/// Implements the recheck method of ExecScan(), for a row that EvalPlanQual looks up again.
bool recheck(ScanState* node, TupleTableSlot* slot) {
  return scan_of(reinterpret_cast<CustomScanState*>(node))
      ->conditions.are_fulfilled(node->ps.ps_ExprContext, slot, kByNothing);
}

TupleTableSlot* execute(CustomScanState* node) {
  return ExecScan(&node->ss, next_filtered_row, recheck);
}

void end(CustomScanState* node) {
  FilteredScan* state = scan_of(node);
  if (state->index != nullptr) {
    close_rows(state);
    if (state->scan != nullptr) {
      index_endscan(state->scan);
    }
    index_close(state->index, NoLock);
  }
  state->keys.end();
  if (PlanState* bitmap = bitmap_of(state); bitmap != nullptr) {
    ExecEndNode(bitmap);
  }
}

void rescan(CustomScanState* node) {
  FilteredScan* state = scan_of(node);
  close_rows(state);
  MemoryContextReset(state->context);
  if (PlanState* bitmap = bitmap_of(state); bitmap != nullptr) {
    if (node->ss.ps.chgParam != nullptr) {
      UpdateChangedParamSet(bitmap, node->ss.ps.chgParam);
    }
    if (bitmap->chgParam != nullptr) {
      forget_set(state);
    }
  }
  ExecScanReScan(&node->ss);
}

const char* way_of(const FilteredWork& work) {
  if (work.had_no_keys) {
    return "none, no keys";
  }
  if (work.searched_set) {
    return "inline";
  }
  if (work.searched_rows) {
    return "postfilter";
  }
  return work.made_set ? "exact, rows of the set" : "exact, rows of the table";
}

void explain(CustomScanState* node, List* ancestors, ExplainState* es) {
  FilteredScan* state = scan_of(node);
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  const IndexScan* index_scan = index_scan_of(scan);
  ExplainPropertyText("Index", get_rel_name(index_scan->indexid), es);
  List* context = set_deparse_context_plan(es->deparse_cxt, node->ss.ps.plan, ancestors);
  ExplainPropertyText(
      "Order By",
      deparse_expression(static_cast<Node*>(linitial(index_scan->indexorderbyorig)), context,
                         list_length(es->rtable) > 1 || es->verbose, false),
      es);
  List* keys = NIL;
  for (auto* key : list_of<Node>(key_conditions_of(scan))) {
    keys = lappend(
        keys, deparse_expression(key, context, list_length(es->rtable) > 1 || es->verbose, false));
  }
  if (keys != NIL) {
    ExplainPropertyList("Join Keys", keys, es);
  }
  if (const auto key_index = key_index_of(scan); key_index.has_value()) {
    ExplainPropertyText("Key Index", get_rel_name(key_index->index), es);
  }
  const FilteredWork& work = state->work;
  const bool has_run = state->scan != nullptr || work.had_no_keys;
  if (!es->analyze || !has_run) {
    return;
  }
  ExplainPropertyText("Strategy", way_of(work), es);
  const ExplainProperties properties{es};
  if (work.made_set) {
    properties.add("Rows in Set", work.set_rows);
    if (work.is_set_kept) {
      ExplainPropertyBool("Set Kept", true, es);
    }
  }
  const ScanWork* done = state->scan == nullptr ? nullptr : work_of_scan(state->scan);
  if (done != nullptr) {
    show_work(*done, properties);
  }
  if (work.compared) {
    properties.add("Rows Compared", work.rows_compared);
  }
}

constexpr CustomExecMethods kMethods{.CustomName = kFilteredScanName,
                                     .BeginCustomScan = begin,
                                     .ExecCustomScan = execute,
                                     .EndCustomScan = end,
                                     .ReScanCustomScan = rescan,
                                     .ExplainCustomScan = explain};

}  // namespace

Node* create_filtered_scan(CustomScan* scan) {
  auto* state = palloc_object<FilteredScan>();
  NodeSetTag(static_cast<CustomScanState*>(state), T_CustomScanState);
  state->flags = scan->flags;
  state->methods = &kMethods;
  set_slot_of_table(state);
  return reinterpret_cast<Node*>(static_cast<CustomScanState*>(state));
}

}  // namespace vecext::pg
