// What an index is over: the element type, metric and distance of its operator class.
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

// Support functions of operator classes, numbered as pgvector's. Of all access methods:
inline constexpr int kDistanceProc = 1;  // between stored vectors
inline constexpr int kNormProc = 2;      // present: vectors are compared normalized
// Of ivfflat and ivfpq; 3 is the distance in training, 5 what is special about the type.
inline constexpr int kTrainNormProc = 4;  // present: training is on directions

/// The operator class of an index, known by its distance function. Raises where it is not one of
/// this library's.
OpclassInfo opclass_of(Relation index);

/// The name of an index's access method, for messages.
const char* access_method_name(Relation index);

}  // namespace vecext::pg
