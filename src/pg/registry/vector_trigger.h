// What the trigger on the table of a collection does with the values of one vector.
#pragma once

#include "pg/registry/vector_type.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
}

namespace vecext::pg {

/// The vector that a trigger is about.
struct TriggerVector {
  Oid collection;  // the table of the collection, of which the trigger's table may be a partition
  AttrNumber column;  // in the trigger's table; InvalidAttrNumber if there is no such vector
  VectorKind kind;    // valid unless `size` is 0
  int32 size;         // which all values have; -1 if it is not known yet, 0 if the type has it
  bool is_uint8;
  Oid array_of;  // the type of the elements if the column is an array, and InvalidOid otherwise
};

/// Returns the number of dimensions of a vector, or the length of a bit string. All these types
/// have it at the beginning of the value. Sparse vectors of the open space have one size, whatever
/// their indices are.
int32 size_of_value(Datum value, VectorKind kind);

/// Raises an ERROR unless the value has the size of the vector, which is not 0. If that is not
/// known yet, reads it from the registry. If the registry has none, the size of the value becomes
/// that of the vector. `name` is the name of the vector.
void check_size(TriggerVector* vector, const char* name, Datum value);

/// Returns a halfvec, or an array of them, with integers from 0 to 255 in it, or `value` itself if
/// these are all that it has.
Datum uint8_value(Datum value, Oid array_of);

}  // namespace vecext::pg
