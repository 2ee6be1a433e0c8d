// Makes the values of a vector of uint8 integers from 0 to 255, whatever statement writes them.
#include "pg/registry/vector_trigger.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"
#include "pg/type/uint8.h"

extern "C" {
#include "utils/array.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the vector with integers from 0 to 255 in it, or `value` itself if these are all that it
/// has.
Datum uint8_vector(Datum value) {
  HalfvecView view;
  check(view_varlena(plain_varlena(value), &view));
  bool is_same = true;
  for (int32 i = 0; i < view.dim && is_same; ++i) {
    is_same = uint8_of_half(view.x[i].bits) == view.x[i].bits;
  }
  if (is_same) {
    return value;
  }
  const NewDense<Half> result(view.dim);
  for (int32 i = 0; i < view.dim; ++i) {
    result.x[i].bits = uint8_of_half(view.x[i].bits);
  }
  return result.datum();
}

/// Does the same for an array of vectors.
Datum uint8_array(Datum value, Oid element) {
  int16 length;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(element, &length, &is_by_value, &alignment);
  ArrayType* array = DatumGetArrayTypeP(value);
  Datum* vectors = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(array, element, length, is_by_value, alignment, &vectors, &nulls, &count);
  bool is_same = true;
  for (int i = 0; i < count; ++i) {
    const Datum vector = nulls[i] ? vectors[i] : uint8_vector(vectors[i]);
    is_same = is_same && vector == vectors[i];
    vectors[i] = vector;
  }
  return is_same ? value
                 : PointerGetDatum(construct_md_array(vectors, nulls, ARR_NDIM(array),
                                                      ARR_DIMS(array), ARR_LBOUND(array), element,
                                                      length, is_by_value, alignment));
}

}  // namespace

Datum uint8_value(Datum value, Oid array_of) {
  return OidIsValid(array_of) ? uint8_array(value, array_of) : uint8_vector(value);
}

}  // namespace vecext::pg
