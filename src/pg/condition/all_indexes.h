// The indexes that a table could have for a condition, for vecext.filter_sql() without a
// collection.
#pragma once

#include "core/condition/condition.h"
#include "pg/condition/payload_indexes.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns one index of each kind for each path of the condition that reaches a single value.
/// `payload` is a Var; `schema` is the schema of the payload's functions.
PayloadIndexes all_indexes(const Condition& condition, Node* payload, Oid schema);

}  // namespace vecext::pg
