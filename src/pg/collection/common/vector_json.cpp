// The other way: vectors as JSON.
#include "pg/collection/common/json_vector.h"
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

void push_numeric(JsonbParseState** state, Datum number) {
  JsonbValue value;
  value.type = jbvNumeric;
  value.val.numeric = DatumGetNumeric(number);
  pushJsonbValue(state, WJB_ELEM, &value);
}

/// The shortest decimal that reads as the same float.
void push_float(JsonbParseState** state, float x) {
  char text[FLOAT_SHORTEST_DECIMAL_LEN];
  float_to_shortest_decimal_buf(x, text);
  push_numeric(state, DirectFunctionCall3(numeric_in, CStringGetDatum(text),
                                          ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

void push_key(JsonbParseState** state, std::string_view key) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = const_cast<char*>(key.data());
  value.val.string.len = static_cast<int>(key.size());
  pushJsonbValue(state, WJB_KEY, &value);
}

/// An array or object is pushed as a whole; the token before it says where it belongs.
void push_floats(JsonbParseState** state, const float* x, std::int32_t n) {
  pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
  for (std::int32_t i = 0; i < n; ++i) {
    float element;
    memcpy(&element, reinterpret_cast<const char*>(x) + sizeof(float) * static_cast<Size>(i),
           sizeof element);
    push_float(state, element);
  }
  pushJsonbValue(state, WJB_END_ARRAY, nullptr);
}

void push_half(JsonbParseState** state, const varlena* value) {
  HalfvecView view;
  check(view_varlena(value, &view));
  auto* x = static_cast<float*>(palloc(sizeof(float) * static_cast<Size>(view.dim)));
  kernel::active().convert.half_to_float(view.x, x, static_cast<Size>(view.dim));
  push_floats(state, x, view.dim);
  pfree(x);
}

void push_sparse(JsonbParseState** state, const varlena* value) {
  SparsevecView view;
  check(view_varlena(value, &view));
  pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
  push_key(state, "indices");
  pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
  for (std::int32_t i = 0; i < view.nnz; ++i) {
    std::int32_t index;
    memcpy(&index,
           reinterpret_cast<const char*>(view.indices) + sizeof index * static_cast<Size>(i),
           sizeof index);
    push_numeric(state, NumericGetDatum(int64_to_numeric(index)));
  }
  pushJsonbValue(state, WJB_END_ARRAY, nullptr);
  push_key(state, "values");
  push_floats(state, view.values, view.nnz);
  pushJsonbValue(state, WJB_END_OBJECT, nullptr);
}

void push_bits(JsonbParseState** state, JsonbIteratorToken token, Datum value) {
  char* text = DatumGetCString(DirectFunctionCall1(varbit_out, value));
  JsonbValue string;
  string.type = jbvString;
  string.val.string.val = text;
  string.val.string.len = static_cast<int>(strlen(text));
  pushJsonbValue(state, token, &string);
}

void push_single(JsonbParseState** state, JsonbIteratorToken token, const VectorType& type,
                 Datum value) {
  const varlena* plain = plain_varlena(value);
  switch (type.form) {
    case VectorForm::kDense: {
      VectorView view;
      check(view_varlena(plain, &view));
      return push_floats(state, view.x, view.dim);
    }
    case VectorForm::kHalf:
      return push_half(state, plain);
    case VectorForm::kSparse:
      return push_sparse(state, plain);
    case VectorForm::kBit:
      return push_bits(state, token, value);
  }
}

}  // namespace

void push_vector(JsonbParseState** state, JsonbIteratorToken token, const VectorType& type,
                 Datum value) {
  if (!type.is_multi) {
    return push_single(state, token, type, value);
  }
  pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
  const ArrayIterator vectors = array_create_iterator(DatumGetArrayTypeP(value), 0, nullptr);
  Datum vector;
  bool is_null;
  while (array_iterate(vectors, &vector, &is_null)) {
    push_single(state, WJB_ELEM, type, vector);
  }
  array_free_iterator(vectors);
  pushJsonbValue(state, WJB_END_ARRAY, nullptr);
}

}  // namespace vecext::pg
