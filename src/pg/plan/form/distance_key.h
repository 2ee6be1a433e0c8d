// The order of a query by a form of a distance (distance_form.h), as an order by the distance.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The key by which one of our indexes of the table can have the order of the query's first key. If
/// that one orders by a form of the index's distance, it is an ascending key of the distance, which
/// puts the rows in the same order; otherwise it is the query's own. It is the query's own also if
/// that has rows without a distance first and there may be some: an index has none.
PathKey* distance_key(PlannerInfo* root, const RelOptInfo* rel);

/// The distance by which the index orders, if the expression is a form of it and the key's order by
/// that is the index's; null otherwise, or if the key has rows without a distance first and `rel`
/// may have some.
OpExpr* distance_of_key(PlannerInfo* root, const RelOptInfo* rel, const IndexOptInfo* index,
                        const PathKey* key, const Node* expression);

/// The column of the table that an operand is, be it of a type that only passes for another, as
/// varchar does for text; null if it is another expression, as a cast may give null.
const Var* column_of(const Node* operand, Index table);

/// True if the distances by which an index orders are not negative, so that 1 / (1 + d) falls.
bool has_distances(const IndexOptInfo* index);

}  // namespace vecext::pg
