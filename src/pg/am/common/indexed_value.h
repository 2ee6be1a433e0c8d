// Reads the values of an index's vector column for the core.
#pragma once

#include "pg/am/common/opclass.h"
#include "pg/sys/pg.h"
#include "pg/type/toast_reader.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

/// As dimensions of sparse vectors: they are not checked.
inline constexpr int32 kAnyDims = -1;

/// Reads values of one column, one after another.
struct ValueReader {
  OpclassInfo info;
  int32 dims;             // of the column, and so of every value, or kAnyDims
  MemoryContext context;  // of the reader's memory
  ToastReader toast;
  float* floats;  // dims floats for widened(); null for sparse vectors

  ValueReader(const OpclassInfo& opclass, int32 column_dims, MemoryContext memory);

  /// The elements as stored (core/quant/vector_distance.h); valid until the next call. Raises an
  /// error if the value has other dimensions than the column.
  const void* stored(Datum datum);

  /// The elements widened to floats; valid until the next call. Not for sparse vectors.
  const float* widened(Datum datum);

  /// True if the index can have a value, given what stored() returned.
  bool is_indexable(const void* elements) const {
    return vecext::is_indexable(info.element, info.metric, elements, dims);
  }
  /// The same, given what widened() returned.
  bool is_indexable_widened(const float* x) const {
    return vecext::is_indexable(Element::kFloat, info.metric, x, dims);
  }
};

/// The dimensions that the index's vector column is declared with. Raises an error if it has none.
int32 declared_dims(Relation index, const OpclassInfo& info);

/// The dimensions of the values in an index that is built: as declared, or where ALTER TABLE has
/// since taken the declaration away, which leaves the index as it is, those of its meta page.
int32 column_dims(Relation index, const OpclassInfo& info);

}  // namespace vecext::pg
