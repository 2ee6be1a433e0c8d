// Expands a call of matches() for the planner, to clauses that indexes serve and a recheck.
#pragma once

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
}

namespace vecext::pg {

/// The estimated share of rows that satisfy a filter which is not known when the query is planned.
/// No index serves such a filter. The plan must look as expensive as it is, so that the plan cache
/// makes custom plans.
constexpr double kUnknownShare = 1e-4;

/// Returns the condition of a call whose filter is a constant. Returns null if the filter is not a
/// constant, or if it is not valid, which the function itself reports when it is called.
const Condition* constant_condition(Oid function, const List* arguments);

/// Returns the share of rows for which a call of matches() is true. If the expansion has kept the
/// call beside its index conditions, this is the share of the rows that these find. Returns
/// kUnknownShare if the filter is not a constant.
double share_of_matches(const SupportRequestSelectivity* request);

/// Returns the share of rows for which a call of matches_recheck() is true, among those that its
/// index conditions find. The expansion has estimated this share. If a part of the filter is
/// negated, the share is estimated again, as the planner has statistics by now.
double share_of_recheck(const SupportRequestSelectivity* request);

/// Returns an expression that is equal to a call of matches(payload or row, constant filter).
/// Returns null, which leaves the call as it is, if the filter is not known or not valid, if the
/// payload is not a column of a table, if the table is a partition of a table that has the
/// condition, or if an outer join may make a row of nulls: the recheck would take that for a row
/// without a payload. `root` may be null.
Node* expand_matches(PlannerInfo* root, const FuncExpr* call);

}  // namespace vecext::pg
