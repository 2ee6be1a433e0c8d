// What an index has of a table's rows: vectors, or values of another kind, whose distances the
// access method computes.
#pragma once

#include "pg/am/common/opclass.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The operator's distance from a query to values that are not vectors.
struct ValueDistance {
  /// The distance of a value, not null. Memory that it takes is freed after the row.
  double (*of)(const ValueDistance* self, Datum value);
};

struct RowValues {
  OpclassInfo info;
  int32 dims;                    // of the column
  const ValueDistance* measure;  // null: vectors; otherwise info and dims are not used
};

}  // namespace vecext::pg
