// A call of matches() as the planner sees it: clauses that indexes serve, and a recheck.
#pragma once

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The condition of a call whose filter is a constant; null if it is none, or not valid, which the
/// function itself reports when it is called.
const Condition* constant_condition(Oid function, const List* arguments);

/// The expression that a call of matches(payload or row, constant filter) is equal to; null to
/// leave the call as it is: if the filter is not known or not valid, or the payload is not a column
/// of a table. `root` may be null.
Node* expand_matches(PlannerInfo* root, const FuncExpr* call);

}  // namespace vecext::pg
