// Indexes that find the rows whose key is one of many: of the other side of a join, or of a
// subquery.
#pragma once

#include "pg/plan/path/filtered_node.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// An equality of an expression of the table and of a key: `operand = key`, or `key = operand` if
/// it is turned.
struct KeyEquality {
  Node* operand;
  Oid op;
  Oid collation;
  bool is_turned;
  Oid type;              // of the keys
  Index security_level;  // the equality may be tested before conditions of a higher one
};

/// The keys that the planner expects.
struct ExpectedKeys {
  double count;  // distinct keys
  double share;  // of the table's rows that have one of them
};

/// Has the plan make its set by an index for the keys, if there is one and that costs less than the
/// plan without it. Then *index, but for the origin of the keys, and the shape are set. The index
/// is a btree whose first column is the operand, or a vector index with the operand as a key
/// column. `check` is the cost of checking a row of that set.
bool use_key_index(const RelOptInfo* rel, const KeyEquality& equality, const ExpectedKeys& keys,
                   const CheckCost& check, FilteredPlan* plan, KeyIndexPlan* index);

}  // namespace vecext::pg
