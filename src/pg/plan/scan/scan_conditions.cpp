#include "pg/plan/scan/scan_conditions.h"

#include "pg/am/common/access_method.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
}

namespace vecext::pg {

namespace {

/// True if the clause asks for rows that match the query by which the index orders, and the index
/// finds such rows.
bool is_by_order(const Node* clause, const IndexPath* path) {
  const auto* order = linitial_node(OpExpr, path->indexorderbys);
  if (access_method_of(path->indexinfo)->scan->list_matches == nullptr || !IsA(clause, OpExpr)) {
    return false;
  }
  for (const auto* indexed : list_of<IndexClause>(path->indexclauses)) {
    if (indexed->indexcol == 0 && !indexed->lossy && equal(indexed->rinfo->clause, clause)) {
      const List* args = reinterpret_cast<const OpExpr*>(clause)->args;
      return list_length(args) == 2 && equal(lsecond(args), lsecond(order->args));
    }
  }
  return false;
}

}  // namespace

List* implications(const List* clauses, const List* of_table, const Plan* bitmap,
                   const IndexPath* index) {
  List* implied = NIL;
  for (const auto* clause : list_of<Node>(clauses)) {
    // The server's scan of the bitmap checks the conditions that its indexes do not check.
    const bool is_by_set =
        bitmap != nullptr && list_member(of_table, clause) && !list_member(bitmap->qual, clause);
    implied = lappend_int(implied, (is_by_set ? kBySet : kByNothing) |
                                       (is_by_order(clause, index) ? kByOrder : kByNothing));
  }
  return implied;
}

void ScanConditions::begin(CustomScanState* node, const List* implications) {
  PlanState* planned = &node->ss.ps;
  count_ = list_length(planned->plan->qual);
  conditions_ = palloc_array<Condition>(count_);
  for (int i = 0; i < count_; ++i) {
    List* clause = list_make1(list_nth(planned->plan->qual, i));
    conditions_[i] = {ExecInitQual(clause, planned), list_nth_int(implications, i)};
  }
  planned->qual = nullptr;
}

bool ScanConditions::are_fulfilled(ExprContext* context, TupleTableSlot* slot, int implied) {
  context->ecxt_scantuple = slot;
  for (int i = 0; i < count_; ++i) {
    const Condition& condition = conditions_[i];
    if ((condition.implied_by & implied) == 0 && !ExecQual(condition.check, context)) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext::pg
