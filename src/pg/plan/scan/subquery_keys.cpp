#include "pg/plan/scan/subquery_keys.h"

#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "executor/executor.h"
#include "executor/nodeSubplan.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

void SubqueryKeys::begin(ScanState* node, int subplan) {
  state_ = nullptr;
  for (auto* state : list_of<SubPlanState>(node->ps.subPlan)) {
    if (state->subplan->plan_id == subplan) {
      state_ = state;
    }
  }
  if (state_ == nullptr) {
    return;
  }
  EState* estate = node->ps.state;
  const TupleTableSlot* scanned = node->ss_ScanTupleSlot;
  no_row_ = ExecInitExtraTupleSlot(estate, scanned->tts_tupleDescriptor, scanned->tts_ops);
  context_ = CreateExprContext(estate);
}

void SubqueryKeys::load(bool* changed) {
  if (state_->hashtable != nullptr && state_->planstate->chgParam == nullptr) {
    return;
  }
  *changed = true;
  ResetExprContext(context_);
  context_->ecxt_scantuple = ExecStoreAllNullTuple(no_row_);
  bool is_null;
  ExecSubPlan(state_, context_, &is_null);
}

int64 SubqueryKeys::count() const {
  return static_cast<int64>(state_->hashtable->hashtab->members);
}

Datum* SubqueryKeys::values() const {
  auto* values = huge_array<Datum>(Max(count(), 1));
  TupleTableSlot* slot = state_->hashtable->tableslot;
  TupleHashIterator position;
  InitTupleHashIterator(state_->hashtable, &position);
  int64 i = 0;
  while (auto* entry = ScanTupleHashTable(state_->hashtable, &position)) {
    ExecStoreMinimalTuple(tuple_of_entry(entry), slot, false);
    bool is_null;
    values[i++] = slot_getattr(slot, 1, &is_null);
  }
  return values;
}

}  // namespace vecext::pg
