// Converts the Datums of arguments to the core's views, and the core's results to Datums.
//
// A value that lies in its row is viewed in place, whatever header it has. A value that is out of
// line or compressed is read into memory that belongs to the call site (toast_reader.h), so that no
// function allocates a copy for every row.
#pragma once

#include "core/value/check.h"
#include "core/value/layout.h"
#include "core/value/views.h"
#include "pg/sys/buffer.h"
#include "pg/sys/error.h"
#include "pg/sys/pg.h"
#include "pg/type/toast_reader.h"

namespace vecext::pg {

/// Returns a Datum as a varlena that is neither out of line nor compressed. Its header may be
/// short. It is for callers that have no call site.
inline const varlena* plain_varlena(Datum datum) {
  return reinterpret_cast<const varlena*>(
      pg_detoast_datum_packed(reinterpret_cast<varlena*>(DatumGetPointer(datum))));
}

/// Returns argument `n`, which must be out of line or compressed, as a varlena. The reader of the
/// call site reads it.
const varlena* toasted_argument(FunctionCallInfo fcinfo, int n);

/// Returns argument `n` (0 or 1) as a varlena, valid until the call site's next call.
inline const varlena* varlena_argument(FunctionCallInfo fcinfo, int n) {
  const auto* value = reinterpret_cast<const varlena*>(DatumGetPointer(PG_GETARG_DATUM(n)));
  if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value)) [[unlikely]] {
    return toasted_argument(fcinfo, n);
  }
  return value;
}

/// Sets `*view` to a view of a varlena. Returns kCorrupt if its bytes are damaged.
template <class T>
inline Status view_varlena(const varlena* value, DenseView<T>* view) {
  return view_dense(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), view);
}
inline Status view_varlena(const varlena* value, SparsevecView* view) {
  return view_sparse(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), view);
}

/// Returns argument `n` (0 or 1) as a view. Raises ERRCODE_DATA_CORRUPTED if its bytes are damaged.
template <class View>
inline View argument(FunctionCallInfo fcinfo, int n) {
  View view;
  check(view_varlena(varlena_argument(fcinfo, n), &view));
  return view;
}

/// Returns the SQL name of a view's type.
template <class T>
constexpr const char* type_name(const DenseView<T>*) {
  return DenseType<T>::kName;
}
constexpr const char* type_name(const SparsevecView*) {
  return kSparsevecName;
}
template <class View>
constexpr const char* kTypeName = type_name(static_cast<const View*>(nullptr));

/// Prefetches the headers and values of two other rows of the table that `value` is in. It assumes
/// that these rows are as long as the row of `value`.
///
/// A scan of a table in memory waits for the vector of each row. The processor's own prefetchers do
/// not help, because the rows of a page lie in descending order of addresses, and a page is too
/// short for them. So while the distance of one row is computed, two other rows are prefetched: one
/// a few rows further on in the same page, and one at the same place of the next page, as
/// neighboring pages of a relation mostly lie in neighboring buffers. A useless prefetch has no
/// measurable cost (docs/decisions/002-prefetch-rows-in-exact-search.md).
inline void prefetch_next_rows(const void* value) {
  constexpr Size kHeader = 32;
  constexpr Size kRowsAhead = 4;
  const char* row = static_cast<const char*>(value) - kHeader;
  const Size size = kHeader + VARSIZE_ANY(value);
  prefetch_buffers(row + BLCKSZ, size);
  prefetch_buffers(row - kRowsAhead * size, size);
}

/// Two arguments, which have the same dimension.
template <class View>
struct Operands {
  View a;
  View b;
};
template <class View>
inline Operands<View> operands(FunctionCallInfo fcinfo) {
  prefetch_next_rows(PG_GETARG_POINTER(0));
  prefetch_next_rows(PG_GETARG_POINTER(1));
  const Operands<View> result{argument<View>(fcinfo, 0), argument<View>(fcinfo, 1)};
  check(check_same_dim(kTypeName<View>, result.a.dim, result.b.dim));
  return result;
}

/// A new dense value, whose elements the caller fills in.
template <class T>
struct NewDense {
  varlena* value;
  T* x;

  explicit NewDense(std::int32_t dim)
      : value(static_cast<varlena*>(palloc(VARHDRSZ + dense_size<T>(dim)))),
        x(reinterpret_cast<T*>(VARDATA(value) + sizeof(DenseLayout))) {
    set_dim(dim);
  }

  /// Shortens the value to `dim` elements. It must have been made for at least as many.
  void set_dim(std::int32_t dim) {
    auto* head = reinterpret_cast<DenseLayout*>(VARDATA(value));
    head->dim = static_cast<std::int16_t>(dim);
    head->unused = 0;
    SET_VARSIZE(value, VARHDRSZ + dense_size<T>(dim));
  }

  Datum datum() const { return PointerGetDatum(value); }
};

/// A new sparse value, whose `nnz` indices and values the caller fills in.
struct NewSparsevec {
  varlena* value;
  std::uint32_t* indices;
  float* values;

  NewSparsevec(std::int64_t dim, std::int32_t nnz)
      : value(static_cast<varlena*>(palloc(VARHDRSZ + sparse_size(nnz)))),
        indices(reinterpret_cast<std::uint32_t*>(VARDATA(value) + sizeof(SparsevecLayout))),
        values(reinterpret_cast<float*>(indices + nnz)) {
    auto* head = reinterpret_cast<SparsevecLayout*>(VARDATA(value));
    head->dim = stored_dim(dim);
    head->nnz = nnz;
    head->unused = 0;
    SET_VARSIZE(value, VARHDRSZ + sparse_size(nnz));
  }

  Datum datum() const { return PointerGetDatum(value); }
};

}  // namespace vecext::pg
