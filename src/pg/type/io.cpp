// Input, output, type modifiers, binary input and output, and length coercion of the three types.
#include "core/value/binary.h"
#include "core/value/parse.h"
#include "core/value/print.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

extern "C" {
#include "common/shortest_dec.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
}

namespace vecext::pg {

namespace {

template <class T>
Datum dense_in(FunctionCallInfo fcinfo) {
  const char* text = PG_GETARG_CSTRING(0);
  const int32 typmod = PG_GETARG_INT32(2);
  NewDense<T> result(dense_capacity(text));
  int32 dim = 0;
  Status status = parse_dense(text, result.x, &dim);
  if (status.ok()) {
    status = check_expected_dim(DenseType<T>::kName, typmod, dim);
  }
  if (!status.ok()) {
    return input_error(fcinfo, status);
  }
  result.set_dim(dim);
  return result.datum();
}

Datum sparse_in(FunctionCallInfo fcinfo) {
  const char* text = PG_GETARG_CSTRING(0);
  const int32 typmod = PG_GETARG_INT32(2);
  const int32 capacity = Min(sparse_capacity(text), kMaxNonZeros);
  auto* elements = palloc_array<SparseElement>(capacity);
  int32 nnz = 0;
  int64 dim = 0;
  Status status = parse_sparse(text, elements, &nnz, &dim);
  if (status.ok()) {
    status = check_expected_dim(kSparsevecName, typmod, dim);
  }
  if (status.ok()) {
    status = sort_sparse(elements, nnz, dim);
  }
  if (!status.ok()) {
    return input_error(fcinfo, status);
  }
  const NewSparsevec result(dim, nnz);
  for (int32 i = 0; i < nnz; ++i) {
    result.indices[i] = static_cast<uint32>(elements[i].index);
    result.values[i] = elements[i].value;
  }
  pfree(elements);
  return result.datum();
}

/// Writes an element as text, in the form in which the server writes a float4.
int print_float(float value, char* out) {
  return float_to_shortest_decimal_bufn(value, out);
}
static_assert(kMaxFloatText >= FLOAT_SHORTEST_DECIMAL_LEN - 1);

template <class T>
Datum dense_out(FunctionCallInfo fcinfo) {
  const auto view = argument<DenseView<T>>(fcinfo, 0);
  auto* text = palloc_array<char>(dense_text_size(view.dim));
  print_dense(view, print_float, text);
  PG_RETURN_CSTRING(text);
}

Datum sparse_out(FunctionCallInfo fcinfo) {
  const auto view = argument<SparsevecView>(fcinfo, 0);
  auto* text = palloc_array<char>(sparse_text_size(view.nnz));
  print_sparse(view, print_float, text);
  PG_RETURN_CSTRING(text);
}

/// Returns the number in `type(n)`. Raises an error unless there is one number, and it is from 1 to
/// `limit`.
Datum typmod_in(FunctionCallInfo fcinfo, const char* type, int32 limit) {
  int count;
  const int32* modifiers = ArrayGetIntegerTypmods(PG_GETARG_ARRAYTYPE_P(0), &count);
  if (count != 1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid type modifier")));
  }
  if (modifiers[0] < 1) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("dimensions for type %s must be at least 1", type)));
  }
  if (modifiers[0] > limit) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("dimensions for type %s cannot exceed %d", type, limit)));
  }
  PG_RETURN_INT32(modifiers[0]);
}

/// The part of a binary message that is not read yet.
struct Rest {
  StringInfo message;

  const std::byte* data() const {
    return reinterpret_cast<const std::byte*>(message->data + message->cursor);
  }
  Size size() const { return static_cast<Size>(message->len - message->cursor); }
  void skip(Size bytes) const { message->cursor += static_cast<int>(bytes); }
};

template <class T>
Datum dense_recv(FunctionCallInfo fcinfo) {
  const Rest rest{reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0))};
  const int32 typmod = PG_GETARG_INT32(2);
  DenseHeader header;
  check(decode_dense_header<T>(rest.data(), rest.size(), &header));
  check(check_expected_dim(DenseType<T>::kName, typmod, header.dim));
  check(check_unused(DenseType<T>::kName, header.unused));
  rest.skip(kDenseWireHeader);
  const NewDense<T> result(header.dim);
  check(decode_dense_elements(rest.data(), rest.size(), header.dim, result.x));
  rest.skip(static_cast<Size>(header.dim) * sizeof(T));
  return result.datum();
}

Datum sparse_recv(FunctionCallInfo fcinfo) {
  const Rest rest{reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0))};
  const int32 typmod = PG_GETARG_INT32(2);
  SparseHeader header;
  check(decode_sparse_header(rest.data(), rest.size(), &header));
  check(check_expected_dim(kSparsevecName, typmod, header.dim));
  check(check_unused(kSparsevecName, header.unused));
  rest.skip(kSparseWireHeader);
  const NewSparsevec result(header.dim, header.nnz);
  check(decode_sparse_elements(rest.data(), rest.size(), header, result.indices, result.values));
  rest.skip(sparse_wire_size(header.nnz) - kSparseWireHeader);
  return result.datum();
}

/// A new bytea of `size` bytes, which the caller fills in.
struct NewBytea {
  bytea* value;

  explicit NewBytea(Size size) : value(static_cast<bytea*>(palloc(VARHDRSZ + size))) {
    SET_VARSIZE(value, VARHDRSZ + size);
  }
  std::byte* data() const { return reinterpret_cast<std::byte*>(VARDATA(value)); }
};

template <class T>
Datum dense_send(FunctionCallInfo fcinfo) {
  const auto view = argument<DenseView<T>>(fcinfo, 0);
  const NewBytea message(dense_wire_size<T>(view.dim));
  encode_dense(view, message.data());
  PG_RETURN_BYTEA_P(message.value);
}

Datum sparse_send(FunctionCallInfo fcinfo) {
  const auto view = argument<SparsevecView>(fcinfo, 0);
  const NewBytea message(sparse_wire_size(view.nnz));
  encode_sparse(view, message.data());
  PG_RETURN_BYTEA_P(message.value);
}

/// Returns the value if its dimension is that of the type modifier. Raises an error otherwise.
template <class View>
Datum coerce_length(FunctionCallInfo fcinfo) {
  const auto view = argument<View>(fcinfo, 0);
  check(check_expected_dim(kTypeName<View>, PG_GETARG_INT32(1), view.dim));
  PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

}  // namespace

VECEXT_FUNCTION(vector_in)
{ return dense_in<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_in)
{ return dense_in<Half>(fcinfo); }
VECEXT_FUNCTION(sparsevec_in)
{ return sparse_in(fcinfo); }

VECEXT_FUNCTION(vector_out)
{ return dense_out<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_out)
{ return dense_out<Half>(fcinfo); }
VECEXT_FUNCTION(sparsevec_out)
{ return sparse_out(fcinfo); }

VECEXT_FUNCTION(vector_typmod_in)
{ return typmod_in(fcinfo, "vector", kMaxDims); }
VECEXT_FUNCTION(halfvec_typmod_in)
{ return typmod_in(fcinfo, "halfvec", kMaxDims); }
VECEXT_FUNCTION(sparsevec_typmod_in)
{ return typmod_in(fcinfo, "sparsevec", kMaxSparseDims); }

VECEXT_FUNCTION(vector_recv)
{ return dense_recv<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_recv)
{ return dense_recv<Half>(fcinfo); }
VECEXT_FUNCTION(sparsevec_recv)
{ return sparse_recv(fcinfo); }

VECEXT_FUNCTION(vector_send)
{ return dense_send<float>(fcinfo); }
VECEXT_FUNCTION(halfvec_send)
{ return dense_send<Half>(fcinfo); }
VECEXT_FUNCTION(sparsevec_send)
{ return sparse_send(fcinfo); }

VECEXT_FUNCTION(vector_typmod)
{ return coerce_length<VectorView>(fcinfo); }
VECEXT_FUNCTION(halfvec_typmod)
{ return coerce_length<HalfvecView>(fcinfo); }
VECEXT_FUNCTION(sparsevec_typmod)
{ return coerce_length<SparsevecView>(fcinfo); }

}  // namespace vecext::pg
