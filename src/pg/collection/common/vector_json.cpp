// Writes vectors as JSON; json_vector.cpp reads them.
#include "pg/collection/common/json_vector.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "common/shortest_dec.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/varbit.h"
}

namespace vecext::pg {

namespace {

void push_numeric(JsonbWriter* writer, Datum number) {
  JsonbValue value;
  value.type = jbvNumeric;
  value.val.numeric = DatumGetNumeric(number);
  writer->add(WJB_ELEM, value);
}

/// Adds the shortest decimal that reads as the same float.
void push_float(JsonbWriter* writer, float x) {
  char text[FLOAT_SHORTEST_DECIMAL_LEN];
  float_to_shortest_decimal_buf(x, text);
  push_numeric(writer, DirectFunctionCall3(numeric_in, CStringGetDatum(text),
                                           ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/// Pushes an array of floats. What was pushed before tells if it is an element or the value of a
/// key.
void push_floats(JsonbWriter* writer, const float* x, std::int32_t n) {
  writer->begin_array();
  for (std::int32_t i = 0; i < n; ++i) {
    float element;
    memcpy(&element, reinterpret_cast<const char*>(x) + sizeof(float) * static_cast<Size>(i),
           sizeof element);
    push_float(writer, element);
  }
  writer->end_array();
}

void push_half(JsonbWriter* writer, const varlena* value) {
  HalfvecView view;
  check(view_varlena(value, &view));
  auto* x = palloc_array<float>(view.dim);
  kernel::active().convert.half_to_float(view.x, x, static_cast<Size>(view.dim));
  push_floats(writer, x, view.dim);
  pfree(x);
}

void push_sparse(JsonbWriter* writer, const varlena* value) {
  SparsevecView view;
  check(view_varlena(value, &view));
  writer->begin_object();
  writer->key("indices");
  writer->begin_array();
  for (std::int32_t i = 0; i < view.nnz; ++i) {
    std::uint32_t index;
    memcpy(&index,
           reinterpret_cast<const char*>(view.indices) + sizeof index * static_cast<Size>(i),
           sizeof index);
    push_numeric(writer, NumericGetDatum(int64_to_numeric(index)));
  }
  writer->end_array();
  writer->key("values");
  push_floats(writer, view.values, view.nnz);
  writer->end_object();
}

void push_bits(JsonbWriter* writer, JsonbIteratorToken token, Datum value) {
  writer->add(token, DatumGetCString(DirectFunctionCall1(varbit_out, value)));
}

void push_single(JsonbWriter* writer, JsonbIteratorToken token, const VectorType& type,
                 Datum value) {
  const varlena* plain = plain_varlena(value);
  switch (type.form) {
    case VectorForm::kDense: {
      VectorView view;
      check(view_varlena(plain, &view));
      return push_floats(writer, view.x, view.dim);
    }
    case VectorForm::kHalf:
      return push_half(writer, plain);
    case VectorForm::kSparse:
      return push_sparse(writer, plain);
    case VectorForm::kBit:
      return push_bits(writer, token, value);
  }
}

}  // namespace

void push_vector(JsonbWriter* writer, JsonbIteratorToken token, const VectorType& type,
                 Datum value) {
  if (!type.is_multi) {
    return push_single(writer, token, type, value);
  }
  writer->begin_array();
  const ArrayIterator vectors = array_create_iterator(DatumGetArrayTypeP(value), 0, nullptr);
  Datum vector;
  bool is_null;
  while (array_iterate(vectors, &vector, &is_null)) {
    if (!is_null) {
      push_single(writer, WJB_ELEM, type, vector);
    }
  }
  array_free_iterator(vectors);
  writer->end_array();
}

}  // namespace vecext::pg
