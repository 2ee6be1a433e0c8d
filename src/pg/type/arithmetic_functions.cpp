// Functions that compute a value from others, and the dimensions and norm of a value.
#include "core/value/arithmetic.h"
#include "core/value/distance.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "utils/varbit.h"
}

namespace vecext::pg {

namespace {

/// Applies a core operation to two dense values of equal dimension, element by element.
template <class T>
Datum elementwise(FunctionCallInfo fcinfo, Status (*operation)(DenseView<T>, DenseView<T>, T*)) {
  const auto [a, b] = operands<DenseView<T>>(fcinfo);
  const NewDense<T> result(a.dim);
  check(operation(a, b, result.x));
  return result.datum();
}

template <class T>
Datum concat(FunctionCallInfo fcinfo) {
  const auto a = argument<DenseView<T>>(fcinfo, 0);
  const auto b = argument<DenseView<T>>(fcinfo, 1);
  check(check_dim<T>(a.dim + b.dim));
  const NewDense<T> result(a.dim + b.dim);
  memcpy(result.x, a.x, static_cast<Size>(a.dim) * sizeof(T));
  memcpy(result.x + a.dim, b.x, static_cast<Size>(b.dim) * sizeof(T));
  return result.datum();
}

template <class T>
Datum dense_normalize(FunctionCallInfo fcinfo) {
  const auto a = argument<DenseView<T>>(fcinfo, 0);
  const NewDense<T> result(a.dim);
  check(normalize(a, result.x));
  return result.datum();
}

template <class T>
Datum dense_subvector(FunctionCallInfo fcinfo) {
  const auto a = argument<DenseView<T>>(fcinfo, 0);
  DenseView<T> part;
  check(subvector(a, PG_GETARG_INT32(1), PG_GETARG_INT32(2), &part));
  const NewDense<T> result(part.dim);
  memcpy(result.x, part.x, static_cast<Size>(part.dim) * sizeof(T));
  return result.datum();
}

template <class T>
Datum quantize(FunctionCallInfo fcinfo) {
  const auto a = argument<DenseView<T>>(fcinfo, 0);
  auto* result = static_cast<VarBit*>(palloc(VARBITTOTALLEN(a.dim)));
  SET_VARSIZE(result, VARBITTOTALLEN(a.dim));
  VARBITLEN(result) = a.dim;
  binary_quantize(a, VARBITS(result));
  PG_RETURN_VARBIT_P(result);
}

template <class View>
Datum view_norm(FunctionCallInfo fcinfo) {
  PG_RETURN_FLOAT8(norm(argument<View>(fcinfo, 0)));
}

template <class View>
Datum view_dims(FunctionCallInfo fcinfo) {
  PG_RETURN_INT32(argument<View>(fcinfo, 0).dim);
}

}  // namespace

VECEXT_FUNCTION(vector_add)
{ return elementwise<float>(fcinfo, add); }
VECEXT_FUNCTION(vector_sub)
{ return elementwise<float>(fcinfo, subtract); }
VECEXT_FUNCTION(vector_mul)
{ return elementwise<float>(fcinfo, multiply); }
VECEXT_FUNCTION(halfvec_add)
{ return elementwise<Half>(fcinfo, add); }
VECEXT_FUNCTION(halfvec_sub)
{ return elementwise<Half>(fcinfo, subtract); }
VECEXT_FUNCTION(halfvec_mul)
{ return elementwise<Half>(fcinfo, multiply); }

VECEXT_FUNCTION(vector_concat)
{ return concat<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_concat)
{ return concat<Half>(fcinfo); }

VECEXT_FUNCTION(vector_l2_normalize)
{ return dense_normalize<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_l2_normalize)
{ return dense_normalize<Half>(fcinfo); }

VECEXT_FUNCTION(sparsevec_l2_normalize)
{
  const auto a = argument<SparsevecView>(fcinfo, 0);
  auto* indices = palloc_array<uint32>(a.nnz);
  auto* values = palloc_array<float>(a.nnz);
  int32 nnz;
  check(normalize(a, indices, values, &nnz));
  const NewSparsevec result(a.dim, nnz);
  memcpy(result.indices, indices, static_cast<Size>(nnz) * sizeof(uint32));
  memcpy(result.values, values, static_cast<Size>(nnz) * sizeof(float));
  pfree(indices);
  pfree(values);
  return result.datum();
}

VECEXT_FUNCTION(vector_subvector)
{ return dense_subvector<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_subvector)
{ return dense_subvector<Half>(fcinfo); }

VECEXT_FUNCTION(vector_binary_quantize)
{ return quantize<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_binary_quantize)
{ return quantize<Half>(fcinfo); }

VECEXT_FUNCTION(vector_norm)
{ return view_norm<VectorView>(fcinfo); }
VECEXT_FUNCTION(halfvec_l2_norm)
{ return view_norm<HalfvecView>(fcinfo); }
VECEXT_FUNCTION(sparsevec_l2_norm)
{ return view_norm<SparsevecView>(fcinfo); }

VECEXT_FUNCTION(vector_vector_dims)
{ return view_dims<VectorView>(fcinfo); }
VECEXT_FUNCTION(halfvec_vector_dims)
{ return view_dims<HalfvecView>(fcinfo); }

}  // namespace vecext::pg
