// The part of aminsert that all access methods share.
#pragma once

#include "pg/am/common/indexed_value.h"
#include "pg/am/common/key_columns.h"
#include "pg/sys/pg.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "nodes/execnodes.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

/// What the inserts of a statement into one index share.
struct RowInsert {
  MemoryContext row_context;  // reset after each row
  ValueReader reader;
};

/// Returns the state of the statement that `info` belongs to, which the first call makes.
RowInsert* row_insert(Relation index, IndexInfo* info);

/// Implements aminsert: inserts the row's keys and then, unless the vector is null, calls
/// insert_value(insert, value, row). Returns false, as no index of this library is unique.
template <class InsertValue>
bool insert_row_with(Relation index, const Datum* values, const bool* isnull,
                     const ItemPointerData* tid, IndexInfo* info, const InsertValue& insert_value) {
  RowInsert* insert = row_insert(index, info);
  const RowId row = row_id(*tid);
  const MemoryContext before = MemoryContextSwitchTo(insert->row_context);
  insert_keys(index, values, isnull, row);
  if (!isnull[0]) {
    insert_value(insert, values[0], row);
  }
  MemoryContextSwitchTo(before);
  MemoryContextReset(insert->row_context);
  return false;
}

}  // namespace vecext::pg
