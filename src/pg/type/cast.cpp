// Casts between the three types. Argument 1 of a cast is the type modifier of its target.
#include "core/value/convert.h"
#include "pg/type/datum.h"

namespace vecext::pg {

namespace {

template <class T>
Datum dense_to_sparsevec(FunctionCallInfo fcinfo) {
  const auto in = argument<DenseView<T>>(fcinfo, 0);
  check(check_expected_dim(kSparsevecName, PG_GETARG_INT32(1), in.dim));
  const NewSparsevec result(in.dim, count_non_zeros(in));
  to_sparse(in, result.indices, result.values);
  return result.datum();
}

template <class T>
Datum sparsevec_to_dense(FunctionCallInfo fcinfo) {
  const auto in = argument<SparsevecView>(fcinfo, 0);
  check(check_dim<T>(in.dim));
  check(check_expected_dim(DenseType<T>::kName, PG_GETARG_INT32(1), in.dim));
  const NewDense<T> result(static_cast<int32>(in.dim));
  check(to_dense(in, result.x));
  return result.datum();
}

}  // namespace

VECEXT_FUNCTION(vector_to_halfvec)
{
  const auto in = argument<VectorView>(fcinfo, 0);
  check(check_expected_dim(DenseType<Half>::kName, PG_GETARG_INT32(1), in.dim));
  const NewDense<Half> result(in.dim);
  check(to_half(in.x, result.x, in.dim));
  return result.datum();
}

VECEXT_FUNCTION(halfvec_to_vector)
{
  const auto in = argument<HalfvecView>(fcinfo, 0);
  check(check_expected_dim(DenseType<float>::kName, PG_GETARG_INT32(1), in.dim));
  const NewDense<float> result(in.dim);
  kernel::active().convert.half_to_float(in.x, result.x, static_cast<Size>(in.dim));
  return result.datum();
}

VECEXT_FUNCTION(vector_to_sparsevec)
{ return dense_to_sparsevec<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_to_sparsevec)
{ return dense_to_sparsevec<Half>(fcinfo); }
VECEXT_FUNCTION(sparsevec_to_vector)
{ return sparsevec_to_dense<float>(fcinfo); }
VECEXT_FUNCTION(sparsevec_to_halfvec)
{ return sparsevec_to_dense<Half>(fcinfo); }

}  // namespace vecext::pg
