#include "pg/am/limit_above.h"

namespace vecext::pg {

namespace {

const QueryDesc* running = nullptr;  // the innermost one

struct LimitSearch {
  IndexScanDesc scan;
  const LimitState* limit;  // above the node that is looked at
};

/// The LIMIT above a node's children, if `above` is that above the node.
const LimitState* limit_below(const PlanState* node, const LimitState* above) {
  switch (nodeTag(node)) {
    case T_LimitState:
      return reinterpret_cast<const LimitState*>(node);
    case T_ResultState:
    case T_SubqueryScanState:
      return node->qual == nullptr ? above : nullptr;
    case T_AppendState:
    case T_MergeAppendState:
    case T_IncrementalSortState:
    case T_LockRowsState:
      return above;
    default:
      return nullptr;
  }
}

/// Looks for the scan; true: found, with the limit above it.
bool search_plan(PlanState* node, void* context) {
  auto* search = static_cast<LimitSearch*>(context);
  if (IsA(node, IndexScanState) &&
      reinterpret_cast<const IndexScanState*>(node)->iss_ScanDesc == search->scan) {
    return true;
  }
  const LimitState* above = search->limit;
  search->limit = limit_below(node, above);
  if (walk_plan_states(node, search_plan, search)) {
    return true;
  }
  search->limit = above;
  return false;
}

void run_plan(QueryDesc* query, const ExecutorRunRest& rest) {
  const QueryDesc* before = running;
  running = query;
  PG_TRY();
  { go_on_running(query, rest); }
  PG_FINALLY();
  { running = before; }
  PG_END_TRY();
}

}  // namespace

const LimitState* find_limit(IndexScanDesc scan) {
  LimitSearch search{scan, nullptr};
  return running != nullptr && running->planstate != nullptr &&
                 search_plan(running->planstate, &search)
             ? search.limit
             : nullptr;
}

int64 rows_of_limit(const LimitState& limit) {
  return limit.noCount || limit.lstate == LIMIT_INITIAL ? 0 : limit.offset + limit.count;
}

void note_running_plans() {
  on_executor_run(run_plan);
}

}  // namespace vecext::pg
