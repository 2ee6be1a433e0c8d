// Turns the order of a query by a form of a distance (distance_form.h) into an order by the
// distance.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// Returns the key by which one of this library's indexes on the table can return rows in the order
/// of the query's first key. If the query's first key orders by a form of the index's distance,
/// returns an ascending key of the distance, which gives the same order. Otherwise returns the
/// query's first key itself. Also returns that key if it puts rows without a distance first and
/// there may be such rows, because an index does not have such rows.
PathKey* distance_key(PlannerInfo* root, const RelOptInfo* rel);

/// Returns the distance by which the index orders, if the expression is a form of that distance and
/// an order by the key is the order of the index. Otherwise returns null. Also returns null if the
/// key puts rows without a distance first and `rel` may have such rows.
OpExpr* distance_of_key(PlannerInfo* root, const RelOptInfo* rel, const IndexOptInfo* index,
                        const PathKey* key, const Node* expression);

/// Returns the column of the table that an operand is. The column may have a type that is used as
/// another type without a cast function, as varchar is used as text. Returns null if the operand is
/// any other expression, as a cast may give null.
const Var* column_of(const Node* operand, Index table);

/// True if the distances by which an index orders are not negative, so that 1 / (1 + d) falls with
/// d.
bool has_distances(const IndexOptInfo* index);

}  // namespace vecext::pg
