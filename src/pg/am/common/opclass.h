// The element type, metric and distance of an index's operator class.
#pragma once

#include "core/quant/vector_distance.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

struct OpclassInfo {
  Element element;
  Metric metric;
  VectorDistance distance;
  const char* type;  // SQL name
};

// Numbers of the support functions of operator classes, which are pgvector's. For all access
// methods:
inline constexpr int kDistanceProc = 1;  // distance of stored vectors
inline constexpr int kNormProc = 2;      // if present, vectors are normalized
// Support functions of ivfflat and ivfpq, where 3 is the distance in training and 5 describes the
// type:
inline constexpr int kTrainNormProc = 4;  // if present, training uses normalized vectors

/// True if the first column's operator class has a distance or a score, so that it is not a class
/// of key columns.
bool orders_by_distance(Relation index);

/// Raises an error if it has none.
void check_first_column(Relation index);

/// The operator class of an index, recognized by its distance function. Raises an error if it is
/// not one of this library's.
OpclassInfo opclass_of(Relation index);

/// The name of an index's access method, for messages.
const char* access_method_name(Relation index);

}  // namespace vecext::pg
