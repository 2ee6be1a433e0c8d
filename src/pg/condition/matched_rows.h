// Finds what a call of matches() is about, which is the payload or the row of a table of the query.
#pragma once

#include <optional>

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

struct Target {
  const Collection* collection;  // of the row; null if the call is about a payload alone
  const Node* row;  // a whole-row Var, or the RowExpr of a view that has the name of an alias
  Oid row_relid;    // the table or the view that `row` is of
  Node* payload;    // null if the collection has none
  Oid relid;        // the table
  AttrNumber payload_column;  // of the table
};

/// Finds the table of the call's argument. Returns nothing if that is not a column of a table of
/// this query, or is a row of a table that is not a collection.
std::optional<Target> find_target(PlannerInfo* root, const Node* argument);

/// Returns a column of the collection's table as an expression of the query. If the row is that of
/// a view, returns the expression of the view's column of the same name, or null if the view has
/// none.
Node* column_of(const Target& target, AttrNumber column);

/// True if the table may have rows without a payload.
bool may_lack_payload(const Target& target);

}  // namespace vecext::pg
