// A call of matches() as the planner sees it: clauses that indexes serve, and a recheck.
#pragma once

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
}

namespace vecext::pg {

/// The share of rows for a filter that is not known when the query is planned. No index serves such
/// a filter, and the plan must look as expensive as it is: then the plan cache makes custom plans.
constexpr double kUnknownShare = 1e-4;

/// Returns the condition of a call whose filter is a constant. Returns null if the filter is none,
/// or is not valid, which the function itself reports when it is called.
const Condition* constant_condition(Oid function, const List* arguments);

/// The share of the rows that a call of matches() leaves: of those that its index conditions find,
/// if the expansion has kept it beside them; kUnknownShare if its filter is not a constant.
double share_of_matches(const SupportRequestSelectivity* request);

/// Returns the same for a call of matches_recheck(). It is what the expansion has estimated, unless
/// a part of the filter is negated: then it is estimated again, as the planner has statistics by
/// now.
double share_of_recheck(const SupportRequestSelectivity* request);

/// Returns the expression that a call of matches(payload or row, constant filter) is equal to.
/// Returns null, which leaves the call as it is, if the filter is not known or not valid, the
/// payload is not a column of a table, the table is a partition of one that has the condition, or
/// an outer join may make a row of nulls, which the recheck would take for a row without a payload.
/// `root` may be null.
Node* expand_matches(PlannerInfo* root, const FuncExpr* call);

}  // namespace vecext::pg
