// The value of an index's one column, as the core takes it.
#pragma once

#include "pg/am/common/opclass.h"
#include "pg/sys/pg.h"
#include "pg/type/toast_reader.h"

extern "C" {
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

/// Dimensions of the index's column. Raises where it has none, or more than `limit(element)`.
int32 column_dims(Relation index, const OpclassInfo& info);

}  // namespace vecext::pg
