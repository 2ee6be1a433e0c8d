// Makes expressions that indexes on the payload serve of the conditions of a filter.
#pragma once

#include "core/condition/condition.h"
#include "pg/condition/payload_indexes.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/supportnodes.h"
}

namespace vecext::pg {

/// The columns of the row that conditions are about, as expressions of the query.
struct RowColumns {
  Node* payload;             // a Var of the table; no index is known for other expressions
  bool payload_may_be_null;  // a null payload stands for an empty object
  Node* id;                  // null if no condition is about the id
  Oid schema;                // the schema of the payload's functions
};

/// What indexes can do for a condition.
struct Narrowed {
  /// A clause that is true of every row that satisfies the condition, and may be true of other
  /// rows. It is null if no index serves the condition.
  Expr* clause;
  /// The share of rows that satisfy the condition among those for which `clause` is true, or among
  /// all rows if there is no clause. It is an estimate. Statistics are used for negations, and for
  /// alternatives if one of them has no clause.
  double share;
};

/// Returns what these indexes can do for a condition. The clause is only a necessary condition, so
/// a recheck must follow. `request`, of the planner, gives access to statistics of indexes; it is
/// null if they cannot be read yet.
Narrowed narrow(const Condition& condition, const RowColumns& row, const PayloadIndexes& indexes,
                const SupportRequestSelectivity* request = nullptr);

}  // namespace vecext::pg
