// Indexes that find the rows whose key is one of many. The keys come from the other side of a join,
// or from a subquery.
#pragma once

#include "pg/plan/path/filtered_node.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// An equality of an expression of the table and a key: `operand = key`, or `key = operand` if it
/// is turned.
struct KeyEquality {
  Node* operand;
  Oid op;
  Oid collation;
  bool is_turned;
  Oid type;              // the type of the keys
  Index security_level;  // the equality may be tested before conditions of a higher level
};

/// The keys that the planner expects.
struct ExpectedKeys {
  double count;  // distinct keys
  double share;  // the share of the table's rows that have one of them
};

/// Makes the plan read its set by an index for the keys, if there is such an index. If the plan
/// already can make a set from a bitmap, the plan with the index must also cost less. Returns true
/// if it has changed the plan: it has set plan->shape and *index, except for the members of *index
/// that say where the keys come from and how many are expected. The index is a btree whose first
/// column is the operand, or a vector index with the operand as a key column. `check` is the cost
/// of checking a row of that set.
bool use_key_index(const RelOptInfo* rel, const KeyEquality& equality, const ExpectedKeys& keys,
                   const CheckCost& check, FilteredPlan* plan, KeyIndexPlan* index);

}  // namespace vecext::pg
