// Casts between arrays of numbers and the three types. Argument 1 of a cast is the type modifier of
// its target.
#include "core/value/convert.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

namespace {

/// An array of numbers, which a cast has as its argument. A cast raises an ERROR unless the array
/// has one dimension and no nulls.
struct NumberArray {
  ArrayType* array;
  int32 size;

  explicit NumberArray(Datum datum) : array(DatumGetArrayTypeP(datum)) {
    if (ARR_NDIM(array) > 1) {
      ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("array must be 1-D")));
    }
    if (ARR_HASNULL(array) && array_contains_nulls(array)) {
      ereport(ERROR,
              (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array must not contain nulls")));
    }
    size = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  }
};

template <class E>
void narrow(const NumberArray& in, float* out) {
  const auto* x = reinterpret_cast<const E*>(ARR_DATA_PTR(in.array));
  for (int32 i = 0; i < in.size; ++i) {
    out[i] = static_cast<float>(x[i]);
  }
}

void narrow_numeric(const NumberArray& in, float* out) {
  const ArrayIterator elements = array_create_iterator(in.array, 0, nullptr);
  Datum element;
  bool is_null;
  for (int32 i = 0; array_iterate(elements, &element, &is_null); ++i) {
    out[i] = DatumGetFloat4(DirectFunctionCall1(numeric_float4, element));
  }
  array_free_iterator(elements);
}

/// Sets out[0 .. in.size) to the elements as float4. Elements that are too large become infinite.
void to_floats(const NumberArray& in, float* out) {
  switch (ARR_ELEMTYPE(in.array)) {
    case INT4OID:
      return narrow<int32>(in, out);
    case FLOAT4OID:
      return narrow<float4>(in, out);
    case FLOAT8OID:
      return narrow<float8>(in, out);
    case NUMERICOID:
      return narrow_numeric(in, out);
    default:
      ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("unsupported array type")));
  }
}

float* new_floats(int32 n) {
  return palloc_array<float>(n);
}

/// A new float4[] of `n` elements, which the caller fills in.
struct NewFloatArray {
  ArrayType* array;

  explicit NewFloatArray(int32 n) {
    const Size size = ARR_OVERHEAD_NONULLS(1) + static_cast<Size>(n) * sizeof(float4);
    array = static_cast<ArrayType*>(palloc0(size));
    SET_VARSIZE(array, size);
    array->ndim = 1;
    array->elemtype = FLOAT4OID;
    ARR_DIMS(array)[0] = n;
    ARR_LBOUND(array)[0] = 1;
  }
  float* x() const { return reinterpret_cast<float*>(ARR_DATA_PTR(array)); }
};

}  // namespace

VECEXT_FUNCTION(array_to_vector)
{
  const NumberArray in(PG_GETARG_DATUM(0));
  check(check_dim<float>(in.size));
  check(check_expected_dim(DenseType<float>::kName, PG_GETARG_INT32(1), in.size));
  const NewDense<float> result(in.size);
  to_floats(in, result.x);
  check(check_finite(result.x, in.size));
  return result.datum();
}

VECEXT_FUNCTION(array_to_halfvec)
{
  const NumberArray in(PG_GETARG_DATUM(0));
  check(check_dim<Half>(in.size));
  check(check_expected_dim(DenseType<Half>::kName, PG_GETARG_INT32(1), in.size));
  float* x = new_floats(in.size);
  to_floats(in, x);
  const NewDense<Half> result(in.size);
  check(to_half(x, result.x, in.size));
  check(check_finite(result.x, in.size));
  pfree(x);
  return result.datum();
}

VECEXT_FUNCTION(array_to_sparsevec)
{
  const NumberArray in(PG_GETARG_DATUM(0));
  check(check_sparse_dim(in.size));
  check(check_expected_dim(kSparsevecName, PG_GETARG_INT32(1), in.size));
  float* x = new_floats(in.size);
  to_floats(in, x);
  const VectorView dense{x, in.size};
  const int32 nnz = count_non_zeros(dense);
  check(check_non_zeros(nnz));
  const NewSparsevec result(in.size, nnz);
  to_sparse(dense, result.indices, result.values);
  if (const Status status = check_finite(result.values, nnz); !status.ok()) {
    raise({.code = status.code, .type = kSparsevecName});
  }
  pfree(x);
  return result.datum();
}

VECEXT_FUNCTION(vector_to_float4)
{
  const auto in = argument<VectorView>(fcinfo, 0);
  const NewFloatArray result(in.dim);
  memcpy(result.x(), in.x, static_cast<Size>(in.dim) * sizeof(float));
  PG_RETURN_ARRAYTYPE_P(result.array);
}

VECEXT_FUNCTION(halfvec_to_float4)
{
  const auto in = argument<HalfvecView>(fcinfo, 0);
  const NewFloatArray result(in.dim);
  kernel::active().convert.half_to_float(in.x, result.x(), static_cast<Size>(in.dim));
  PG_RETURN_ARRAYTYPE_P(result.array);
}

}  // namespace vecext::pg
