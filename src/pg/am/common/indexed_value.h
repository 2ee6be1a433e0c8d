// Reads the values of an index's vector column for the core.
#pragma once

#include "pg/am/common/opclass.h"
#include "pg/sys/pg.h"
#include "pg/type/toast_reader.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

/// The number of dimensions that stands for sparse vectors, whose dimensions are not checked.
inline constexpr int32 kAnyDims = -1;

/// Reads values of one column, one after another.
struct ValueReader {
  OpclassInfo info;
  int32 dims;             // dimensions of the column and of each of its values, or kAnyDims
  MemoryContext context;  // has the reader's memory
  ToastReader toast;
  float* floats;  // room for `dims` floats of widened(); null for sparse vectors

  ValueReader(const OpclassInfo& opclass, int32 column_dims, MemoryContext memory);

  /// Returns the elements as stored (core/quant/vector_distance.h), which are valid until the next
  /// call. Raises an error if the dimensions of the value are not those of the column.
  const void* stored(Datum datum);

  /// Returns the elements widened to floats, which are valid until the next call. It is not for
  /// sparse vectors.
  const float* widened(Datum datum);

  /// True if the index can have the value for which stored() has returned `elements`.
  bool is_indexable(const void* elements) const {
    return vecext::is_indexable(info.element, info.metric, elements, dims);
  }
  /// True if the index can have the value for which widened() has returned `x`.
  bool is_indexable_widened(const float* x) const {
    return vecext::is_indexable(Element::kFloat, info.metric, x, dims);
  }
};

/// Returns the dimensions that the index's vector column is declared with. Raises an error if it is
/// declared without.
int32 declared_dims(Relation index, const OpclassInfo& info);

/// Returns the dimensions of the values in an index that is built. They are the declared dimensions
/// of the column. If ALTER TABLE has removed the declaration, which leaves the index as it is, they
/// are the dimensions in the index's meta page.
int32 column_dims(Relation index, const OpclassInfo& info);

}  // namespace vecext::pg
