// Type vecext.point_id as Datums.
#pragma once

#include "core/value/point_id_value.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

inline const PointId& point_id_of(Datum value) {
  return *reinterpret_cast<const PointId*>(DatumGetPointer(value));
}

/// Returns a copy of the id in the current memory context.
Datum point_id_datum(const PointId& id);

/// True if the type is vecext.point_id, which is recognized by the function that compares its
/// values. A domain over it is not.
bool is_point_id(Oid type);

}  // namespace vecext::pg
