// The order of a query by a form of a distance (distance_form.h), as an order by the distance.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The first key of the query; where it orders by a form of a distance that one of our indexes of
/// the table orders by, a key of the distance, ascending, which puts the same rows in the same
/// order. If the query wants rows without a distance first, it is such a key only where there are
/// none: no row of an index is without.
PathKey* distance_key(PlannerInfo* root, const RelOptInfo* rel);

/// The column of the table that an operand is, be it of a type that only passes for another, as
/// varchar does for text; null if it is another expression, as a cast may give null.
const Var* column_of(const Node* operand, Index table);

/// True if the distances by which an index orders are not negative, so that 1 / (1 + d) falls.
bool has_distances(const IndexOptInfo* index);

}  // namespace vecext::pg
