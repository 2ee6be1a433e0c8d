// Conditions of a filter as expressions that indexes on the payload serve.
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
  Node* payload;             // a Var of the table; of other expressions no index is known
  bool payload_may_be_null;  // and then stands for an empty object
  Node* id;                  // null if no condition is about the id
  Oid schema;                // of the payload's functions
};

/// What indexes can do for a condition.
struct Narrowed {
  /// Every row that satisfies the condition satisfies the clause, and other rows may. It is null if
  /// no index serves the condition.
  Expr* clause;
  /// The share of rows that satisfy the condition among those for which `clause` is true, or among
  /// all rows if there is no clause. It is an estimate. Statistics are used for negations, and for
  /// alternatives if one of them has no clause.
  double share;
};

/// Returns the clauses of a condition for these indexes. Every clause is a necessary condition
/// only, so a recheck follows. The planner's request gives access to statistics of indexes; it is
/// null if they cannot be read yet.
Narrowed narrow(const Condition& condition, const RowColumns& row, const PayloadIndexes& indexes,
                const SupportRequestSelectivity* request = nullptr);

}  // namespace vecext::pg
