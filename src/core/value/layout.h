// The bytes of a stored value after its varlena header. They are the same as pgvector's, so that
// its data can be read as it is. Integers and floats are in the machine's byte order, as PostgreSQL
// stores all its types.
//
//   vector     0        2         4
//              | dim i2 | 0   i2  | dim × float4 …
//   halfvec    | dim i2 | 0   i2  | dim × binary16 …
//
//   sparsevec  0        4         8        12
//              | dim i4 | nnz i4  | 0  i4  | nnz × index u4 … | nnz × float4 …
//
// The least dim, -2^31, stands for the open space, kOpenSparseDims. pgvector stores no such dim,
// and no index from 2^31 on.
//
// These structs are packed, because after a varlena header of one byte nothing in them is aligned.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

struct [[gnu::packed]] DenseLayout {
  std::int16_t dim;
  std::int16_t unused;
};
static_assert(offsetof(DenseLayout, dim) == 0 && offsetof(DenseLayout, unused) == 2 &&
              sizeof(DenseLayout) == 4);

struct [[gnu::packed]] SparsevecLayout {
  std::int32_t dim;
  std::int32_t nnz;
  std::int32_t unused;
};
static_assert(offsetof(SparsevecLayout, dim) == 0 && offsetof(SparsevecLayout, nnz) == 4 &&
              offsetof(SparsevecLayout, unused) == 8 && sizeof(SparsevecLayout) == 12);

/// Return how the dimensions of a sparse vector are stored and sent, and the dimensions that were
/// stored or sent so.
constexpr std::int32_t stored_dim(std::int64_t dim) {
  return dim == kOpenSparseDims ? INT32_MIN : static_cast<std::int32_t>(dim);
}
constexpr std::int64_t dim_of_stored(std::int32_t stored) {
  return stored == INT32_MIN ? kOpenSparseDims : stored;
}

/// Returns how many bytes a value takes without its varlena header.
template <class T>
constexpr std::size_t dense_size(std::int32_t dim) {
  return sizeof(DenseLayout) + static_cast<std::size_t>(dim) * sizeof(T);
}
constexpr std::size_t sparse_size(std::int32_t nnz) {
  return sizeof(SparsevecLayout) + static_cast<std::size_t>(nnz) * 8;
}

/// Sets *view to the value in `bytes`. Returns kCorrupt if its counts contradict `size`, so that no
/// reader goes beyond the value.
template <class T>
inline Status view_dense(const char* bytes, std::size_t size, DenseView<T>* view) {
  const auto* head = reinterpret_cast<const DenseLayout*>(bytes);
  if (size < sizeof(DenseLayout) || head->dim < 1 || dense_size<T>(head->dim) != size)
      [[unlikely]] {
    return {.code = StatusCode::kCorrupt, .type = DenseType<T>::kName};
  }
  *view = {reinterpret_cast<const T*>(bytes + sizeof(DenseLayout)), head->dim};
  return {};
}

/// Returns a view of a sparse vector whose counts are known to be sound.
inline SparsevecView sparse_view_of(const void* bytes) {
  SparsevecLayout head;
  __builtin_memcpy(&head, bytes, sizeof head);
  const char* indices = static_cast<const char*>(bytes) + sizeof head;
  const char* values = indices + static_cast<std::size_t>(head.nnz) * sizeof(std::uint32_t);
  return {dim_of_stored(head.dim), head.nnz, reinterpret_cast<const std::uint32_t*>(indices),
          reinterpret_cast<const float*>(values)};
}

inline Status view_sparse(const char* bytes, std::size_t size, SparsevecView* view) {
  const auto* head = reinterpret_cast<const SparsevecLayout*>(bytes);
  if (size < sizeof(SparsevecLayout) || dim_of_stored(head->dim) < 1 || head->nnz < 0 ||
      head->nnz > kMaxNonZeros || sparse_size(head->nnz) != size) [[unlikely]] {
    return {.code = StatusCode::kCorrupt, .type = kSparsevecName};
  }
  *view = sparse_view_of(bytes);
  return {};
}

}  // namespace vecext
