// The functions of avg(vector) and avg(halfvec). Their state is a float8[] that has the number of
// rows, and then the sum of each element. The sums are in double precision, so that none overflows
// before it is divided. The state is {0} at first, without sums.
#include <cstring>

#include "core/value/convert.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
}

namespace vecext::pg {

namespace {

/// A state array: values[0] is the number of rows, values[1 .. dim] are the sums.
struct AvgState {
  ArrayType* array;
  float8* values;
  int32 dim;

  float8 rows() const { return values[0]; }
  float8* sums() const { return values + 1; }
};

AvgState view_state(ArrayType* array, const char* caller) {
  if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] < 1 || ARR_HASNULL(array) ||
      ARR_ELEMTYPE(array) != FLOAT8OID) {
    elog(ERROR, "%s: expected state array", caller);
  }
  return {array, reinterpret_cast<float8*>(ARR_DATA_PTR(array)), ARR_DIMS(array)[0] - 1};
}

AvgState new_state(int32 dim) {
  const Size size = ARR_OVERHEAD_NONULLS(1) + (static_cast<Size>(dim) + 1) * sizeof(float8);
  auto* array = static_cast<ArrayType*>(palloc0(size));
  SET_VARSIZE(array, size);
  array->ndim = 1;
  array->elemtype = FLOAT8OID;
  ARR_DIMS(array)[0] = dim + 1;
  ARR_LBOUND(array)[0] = 1;
  return view_state(array, "new_state");
}

AvgState state_argument(FunctionCallInfo fcinfo, int n, const char* caller) {
  return view_state(PG_GETARG_ARRAYTYPE_P(n), caller);
}

AvgState copy_of(const AvgState& state) {
  const AvgState copy = new_state(state.dim);
  memcpy(copy.values, state.values, (static_cast<Size>(state.dim) + 1) * sizeof(float8));
  return copy;
}

/// Returns the first argument as a state that may be changed. In an aggregate, that is the
/// aggregate's own state. Otherwise it is a copy, since other arguments may lie in a page.
AvgState writable(FunctionCallInfo fcinfo, const AvgState& first) {
  return AggCheckCallContext(fcinfo, nullptr) != 0 ? first : copy_of(first);
}

/// Adds x[i] to out[i] for all i. An overflow raises an error after the loop, so that the loop has
/// no exit and is vectorized. The elements of a stored value may lie at any address.
template <class E>
void add_to(float8* out, const E* x, int32 n) {
  bool finite = true;
  for (int32 i = 0; i < n; ++i) {
    E element;
    std::memcpy(&element, x + i, sizeof element);
    out[i] += static_cast<float8>(element);
    finite &= __builtin_isinf(out[i]) == 0;
  }
  if (!finite) {
    raise({.code = StatusCode::kOverflow});
  }
}

/// Return a row's elements as float4.
const float* floats_of(VectorView row) {
  return row.x;
}
const float* floats_of(HalfvecView row) {
  auto* x = palloc_array<float>(row.dim);
  kernel::active().convert.half_to_float(row.x, x, static_cast<Size>(row.dim));
  return x;
}

template <class View>
Datum accumulate(FunctionCallInfo fcinfo, const char* caller) {
  const AvgState old = state_argument(fcinfo, 0, caller);
  const auto row = argument<View>(fcinfo, 1);
  const bool first = old.dim == 0;
  if (!first) {
    check(check_expected_dim(kTypeName<View>, old.dim, row.dim));
  }
  const AvgState state = first ? new_state(row.dim) : writable(fcinfo, old);
  state.values[0] = old.rows() + 1;
  add_to(state.sums(), floats_of(row), row.dim);
  PG_RETURN_ARRAYTYPE_P(state.array);
}

/// Adds two states. As in pgvector, one function adds the states of both types, and its limit of
/// dimensions is that of vector. A user can pass any array, so the length of the array, and not its
/// number of rows, says if it has sums.
Datum combine(FunctionCallInfo fcinfo, const char* caller) {
  const AvgState a = state_argument(fcinfo, 0, caller);
  const AvgState b = state_argument(fcinfo, 1, caller);
  const int32 dim = a.dim != 0 ? a.dim : b.dim;
  if (dim != 0) {
    check(check_dim<float>(dim));
  }
  if (a.dim != 0 && b.dim != 0) {
    check(check_expected_dim(nullptr, a.dim, b.dim));
  }
  const float8 rows = a.rows() + b.rows();
  const AvgState sum = a.dim != 0 ? writable(fcinfo, a) : copy_of(b);
  sum.values[0] = rows;
  if (a.dim != 0) {
    add_to(sum.sums(), b.sums(), b.dim);
  }
  PG_RETURN_ARRAYTYPE_P(sum.array);
}

/// Sets out[i] to sums[i] / rows, rounded once to float4.
void mean(const AvgState& state, float* out) {
  for (int32 i = 0; i < state.dim; ++i) {
    out[i] = static_cast<float>(state.sums()[i] / state.rows());
  }
}

}  // namespace

VECEXT_FUNCTION(vector_accum)
{ return accumulate<VectorView>(fcinfo, "vector_accum"); }
VECEXT_FUNCTION(halfvec_accum)
{ return accumulate<HalfvecView>(fcinfo, "halfvec_accum"); }

VECEXT_FUNCTION(vector_combine)
{ return combine(fcinfo, "vector_combine"); }
VECEXT_FUNCTION(halfvec_combine)
{ return combine(fcinfo, "halfvec_combine"); }

VECEXT_FUNCTION(vector_avg)
{
  const AvgState state = state_argument(fcinfo, 0, "vector_avg");
  if (state.rows() == 0) {
    PG_RETURN_NULL();
  }
  check(check_dim<float>(state.dim));
  const NewDense<float> result(state.dim);
  mean(state, result.x);
  check(check_finite(result.x, state.dim));
  return result.datum();
}

VECEXT_FUNCTION(halfvec_avg)
{
  const AvgState state = state_argument(fcinfo, 0, "halfvec_avg");
  if (state.rows() == 0) {
    PG_RETURN_NULL();
  }
  check(check_dim<Half>(state.dim));
  auto* x = palloc_array<float>(state.dim);
  mean(state, x);
  const NewDense<Half> result(state.dim);
  check(to_half(x, result.x, state.dim));
  check(check_finite(result.x, state.dim));
  return result.datum();
}

}  // namespace vecext::pg
