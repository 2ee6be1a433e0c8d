// Makes the values of a vector of uint8 integers from 0 to 255, whatever statement writes them.
#include "pg/registry/registry_tables.h"
#include "pg/registry/vector_trigger.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"
#include "pg/type/uint8.h"

extern "C" {
#include "access/htup_details.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// What a session has looked up for a trigger. It is valid until the registry changes.
struct Uint8Column {
  Oid trigger;
  uint64 generation;
  AttrNumber column;  // InvalidAttrNumber if there is none of type halfvec or halfvec[]
  Oid element;        // halfvec, if the column is an array, and InvalidOid otherwise
};

constexpr Size kKnownColumns = 16;
Uint8Column known_columns[kKnownColumns];

/// Looks up the column that the trigger is about. A trigger may be left from a vector that SQL has
/// dropped, while another vector has its name.
Uint8Column read_column(const TriggerData& event) {
  const TriggerVector vector = read_trigger_vector(event);
  Uint8Column known{event.tg_trigger->tgoid, registry_generation(), InvalidAttrNumber, InvalidOid};
  if (vector.column > 0 && vector.is_uint8) {
    const Oid type =
        TupleDescAttr(RelationGetDescr(event.tg_relation), vector.column - 1)->atttypid;
    known.element = get_element_type(type);
    if (vector_kind_of(OidIsValid(known.element) ? known.element : type) == VectorKind::kHalfvec) {
      known.column = vector.column;
    }
  }
  return known;
}

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

/// True if an UPDATE leaves the value as it is, which is out of line on disk: the new row points to
/// where the old row does. A value that a statement reads from another row is out of line, too.
bool is_kept(const TriggerData& event, AttrNumber column, Datum value) {
  if (!TRIGGER_FIRED_BY_UPDATE(event.tg_event) ||
      !VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(value))) {
    return false;
  }
  bool is_null = true;
  const Datum old =
      heap_getattr(event.tg_trigtuple, column, RelationGetDescr(event.tg_relation), &is_null);
  return !is_null && VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(old)) &&
         memcmp(DatumGetPointer(value), DatumGetPointer(old),
                VARSIZE_EXTERNAL(DatumGetPointer(old))) == 0;
}

}  // namespace

// The trigger of a table that has a vector of uint8. Its argument is the name of the vector.
VECEXT_FUNCTION(vecext_internal_to_uint8)
{
  const TriggerData& event = vector_trigger_event(fcinfo);
  const HeapTuple row = new_row(event);
  Uint8Column& known = known_columns[event.tg_trigger->tgoid % kKnownColumns];
  if (known.trigger != event.tg_trigger->tgoid || known.generation != registry_generation()) {
    known = read_column(event);
  }
  const TupleDesc columns = RelationGetDescr(event.tg_relation);
  bool is_null = true;
  Datum value = known.column > 0 ? heap_getattr(row, known.column, columns, &is_null) : Datum{};
  if (is_null || is_kept(event, known.column, value)) {
    return PointerGetDatum(row);
  }
  Datum result =
      OidIsValid(known.element) ? uint8_array(value, known.element) : uint8_vector(value);
  if (result == value) {
    return PointerGetDatum(row);
  }
  int column = known.column;
  return PointerGetDatum(heap_modify_tuple_by_cols(row, columns, 1, &column, &result, &is_null));
}

}  // namespace vecext::pg
