// The values that an index has of a table's rows: vectors, or values of another kind, whose
// distances the access method computes.
#pragma once

#include "pg/am/common/opclass.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The operator's distance from a query to values that are not vectors.
struct ValueDistance {
  /// Returns the distance of a value that is not null. The memory that it takes is freed after the
  /// row.
  double (*of)(const ValueDistance* self, Datum value);
};

struct RowValues {
  OpclassInfo info;
  int32 dims;                    // the column's dimensions
  const ValueDistance* measure;  // null for vectors; otherwise info and dims are not used
};

}  // namespace vecext::pg
