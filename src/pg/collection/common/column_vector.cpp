#include "pg/collection/common/column_vector.h"

#include "core/value/arithmetic.h"
#include "core/value/check.h"
#include "pg/collection/common/json_vector.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/datum.h"
#include "pg/type/uint8.h"

extern "C" {
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/varbit.h"
PGDLLEXPORT Datum vector_to_halfvec(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum vector_to_sparsevec(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum halfvec_to_vector(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum sparsevec_to_vector(PG_FUNCTION_ARGS);
}

namespace vecext::pg {

namespace {

/// Returns the type of one vector of the column.
Oid element_type(const CollectionVector& column) {
  return column.is_multi ? get_element_type(column.type) : column.type;
}

VectorKind kind_of(const CollectionVector& column) {
  const std::optional<VectorKind> kind = vector_kind_of(element_type(column));
  if (!kind.has_value()) {
    elog(ERROR, "type %u is not a vector", column.type);
  }
  return *kind;
}

/// Calls the function of an explicit cast with the value and the type modifier.
Datum call_cast(PGFunction cast, Datum value, int32 typmod) {
  return DirectFunctionCall3(cast, value, Int32GetDatum(typmod), BoolGetDatum(true));
}

/// Returns the vector with integers of 0 to 255, as points of the column have them.
Datum uint8_vector(VectorView vector) {
  const NewDense<float> result(vector.dim);
  for (int32 i = 0; i < vector.dim; ++i) {
    result.x[i] = uint8_of_float(vector.x[i]);
  }
  return result.datum();
}

Datum normalized_vector(VectorView vector) {
  const NewDense<float> result(vector.dim);
  check(normalize(vector, result.x));
  return result.datum();
}

/// Returns the vector as points of the column have it, with elements that are not rounded to its
/// type yet. A vector of length 1 is in the range of halfvec, whatever its elements were.
Datum prepared_vector(const CollectionVector& column, VectorView view, Datum vector) {
  if (column.is_uint8) {
    return uint8_vector(view);
  }
  return column.is_normalized ? normalized_vector(view) : vector;
}

Datum bits_of(VectorView vector) {
  auto* bits = static_cast<VarBit*>(palloc0(VARBITTOTALLEN(vector.dim)));
  SET_VARSIZE(bits, VARBITTOTALLEN(vector.dim));
  VARBITLEN(bits) = vector.dim;
  binary_quantize(vector, VARBITS(bits));
  return VarBitPGetDatum(bits);
}

}  // namespace

namespace {

Datum element_for_column(const CollectionVector& column, Datum vector) {
  VectorView view;
  check(view_varlena(plain_varlena(vector), &view));
  if (const Status status = check_expected_dim(type_name(&view), column.typmod, view.dim);
      !status.ok()) {
    raise(status, column.name);
  }
  switch (kind_of(column)) {
    case VectorKind::kVector:
      return column.is_normalized ? normalized_vector(view) : vector;
    case VectorKind::kHalfvec:
      return call_cast(vector_to_halfvec, prepared_vector(column, view, vector), column.typmod);
    case VectorKind::kSparsevec:
      return call_cast(vector_to_sparsevec, vector, column.typmod);
    case VectorKind::kBit:
      return bits_of(view);
  }
  pg_unreachable();
}

/// Returns the multi-vector that has one vector.
Datum as_multi_vector(const CollectionVector& column, Datum vector) {
  return array_datum(element_type(column), {&vector, 1});
}

}  // namespace

Datum vector_for_column(const CollectionVector& column, Datum vector) {
  const Datum element = element_for_column(column, vector);
  return column.is_multi ? as_multi_vector(column, element) : element;
}

Datum vector_for_column(const CollectionVector& column, const Json& json) {
  VectorType type = vector_type(column);
  type.is_normalized = column.is_normalized;
  return vector_from_json(type, json.value, json.place);
}

Datum sparse_with_dims(Datum vector, int64 dims) {
  SparsevecView view;
  check(view_varlena(plain_varlena(vector), &view));
  if (view.dim == dims) {
    return vector;
  }
  const NewSparsevec result(dims, view.nnz);
  memcpy(result.indices, view.indices, sizeof(uint32) * static_cast<Size>(view.nnz));
  memcpy(result.values, view.values, sizeof(float) * static_cast<Size>(view.nnz));
  return result.datum();
}

CollectionVector single_vector_column(const CollectionVector& column) {
  CollectionVector single = column;
  single.type = element_type(column);
  single.is_multi = false;
  return single;
}

DenseFloats floats_of(const CollectionVector& column, Datum value) {
  if (column.is_multi) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("vector \"%s\" is several a point", column.name)));
  }
  Datum vector = value;
  switch (kind_of(column)) {
    case VectorKind::kVector:
      break;
    case VectorKind::kHalfvec:
      vector = call_cast(halfvec_to_vector, value, -1);
      break;
    case VectorKind::kSparsevec:
      vector = call_cast(sparsevec_to_vector, value, -1);
      break;
    case VectorKind::kBit: {
      auto* bits = DatumGetVarBitP(value);
      NewDense<float> dense(VARBITLEN(bits));
      for (int32 i = 0; i < VARBITLEN(bits); ++i) {
        dense.x[i] = (VARBITS(bits)[i / 8] >> (7 - i % 8) & 1) != 0 ? 1 : 0;
      }
      vector = dense.datum();
      break;
    }
  }
  VectorView view;
  check(view_varlena(plain_varlena(vector), &view));
  auto* x = palloc_array<float>(view.dim);
  memcpy(x, view.x, sizeof(float) * static_cast<Size>(view.dim));
  return {x, view.dim};
}

Datum vector_of_floats(const float* x, int32 dim) {
  NewDense<float> vector(dim);
  memcpy(vector.x, x, sizeof(float) * static_cast<Size>(dim));
  return vector.datum();
}

}  // namespace vecext::pg
