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
  const char* type;  // the SQL name of the type of the vectors
};

// The numbers of the support functions of operator classes, which are pgvector's. These two are the
// same for all access methods:
inline constexpr int kDistanceProc = 1;  // the distance of stored vectors
inline constexpr int kNormProc = 2;      // if present, vectors are normalized
// In ivfflat and ivfpq, function 3 is the distance in training, and 5 describes the type. Function
// 4 is:
inline constexpr int kTrainNormProc = 4;  // if present, training uses normalized vectors

/// True if the first column's operator class has a distance or a score, so that it is not a class
/// of key columns.
bool orders_by_distance(Relation index);

/// Raises an error if the first column's operator class has neither a distance nor a score.
void check_first_column(Relation index);

/// Returns the operator class of an index, which is recognized by its distance function. Raises an
/// error if the class does not belong to this library.
OpclassInfo opclass_of(Relation index);

/// Returns the name of an index's access method, for messages.
const char* access_method_name(Relation index);

}  // namespace vecext::pg
