// The value of an index's one column, as the core takes it.
#pragma once

#include "pg/am/key_columns.h"
#include "pg/am/opclass.h"
#include "pg/sys/pg.h"
#include "pg/type/toast_reader.h"

extern "C" {
#include "nodes/execnodes.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

/// Reads values of one column, one after another.
struct ValueReader {
  OpclassInfo info;
  int32 dims;             // of the column; every value has them
  MemoryContext context;  // of the reader's memory
  ToastReader toast;
  float* floats;  // dims of them, for widen(); none for sparse vectors

  ValueReader(const OpclassInfo& opclass, int32 column_dims, MemoryContext memory);

  /// The elements as stored (core/quant/vector_distance.h); valid until the next call. Raises where
  /// the value's dimensions are not the column's.
  const void* stored(Datum datum);

  /// The same widened to floats, of no sparse vector; valid until the next call.
  const float* widened(Datum datum);

  /// May the value be indexed, of which stored() is given?
  bool is_indexable(const void* elements) const {
    return vecext::is_indexable(info.element, info.metric, elements, dims);
  }
  /// The same of what widened() gives.
  bool is_indexable_widened(const float* x) const {
    return vecext::is_indexable(Element::kFloat, info.metric, x, dims);
  }
};

/// What a statement's inserts into one index share.
struct RowInsert {
  MemoryContext row_context;  // reset after each row
  ValueReader reader;
};

/// That of the statement whose IndexInfo this is.
RowInsert* row_insert(Relation index, IndexInfo* info);

/// The access method's aminsert, of a row's keys and then, by insert_value(insert, value, row), of
/// its value if it has one.
template <class InsertValue>
bool insert_row_with(Relation index, const Datum* values, const bool* isnull,
                     const ItemPointerData* tid, IndexInfo* info, const InsertValue& insert_value) {
  RowInsert* insert = row_insert(index, info);
  const RowId row{ItemPointerGetBlockNumber(tid), ItemPointerGetOffsetNumber(tid)};
  const MemoryContext before = MemoryContextSwitchTo(insert->row_context);
  insert_keys(index, values, isnull, row);
  if (!isnull[0]) {
    insert_value(insert, values[0], row);
  }
  MemoryContextSwitchTo(before);
  MemoryContextReset(insert->row_context);
  return false;
}

/// Dimensions of the index's column. Raises where it has none, or more than `limit(element)`.
int32 column_dims(Relation index, const OpclassInfo& info);

}  // namespace vecext::pg
