// Binary wire form, big-endian.
//
//   vector, halfvec   uint16 dim | uint16 unused = 0 | dim × (float4 | binary16)
//   sparsevec         int32 dim | int32 nnz | int32 unused = 0 | nnz × int32 index (from 0) |
//                     nnz × float4
//
// Decoding has two steps, so that the caller can check the type modifier and allocate memory in
// between. The order of checks is pgvector's: dims, (nnz), type modifier, unused, elements in
// order, end of message.
#pragma once

#include <cstddef>

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

inline constexpr std::size_t kDenseWireHeader = 4;
inline constexpr std::size_t kSparseWireHeader = 12;

struct DenseHeader {
  std::int32_t dim;
  std::int32_t unused;
};

struct SparseHeader {
  std::int32_t dim;
  std::int32_t nnz;
  std::int32_t unused;
};

/// Reads the first kDenseWireHeader bytes and checks dim. Returns kTruncated if `size` is less.
template <class T>
Status decode_dense_header(const std::byte* data, std::size_t size, DenseHeader* header);

/// Reads `dim` elements from `data` into `out`, in bulk, and checks that each is finite. Returns
/// kTruncated if `size` is less than dim * sizeof(T), unless an element before the end is at fault.
template <class T>
Status decode_dense_elements(const std::byte* data, std::size_t size, std::int32_t dim, T* out);

/// Reads the first kSparseWireHeader bytes and checks dim and nnz.
Status decode_sparse_header(const std::byte* data, std::size_t size, SparseHeader* header);

/// Reads nnz indices and values and checks order, bounds, finiteness and that no value is zero.
Status decode_sparse_elements(const std::byte* data, std::size_t size, SparseHeader header,
                              std::int32_t* indices, float* values);

/// Checks a reserved field that must be zero.
Status check_unused(const char* type, std::int32_t unused);

/// dense_wire_size() returns the bytes of the message, encode_dense() writes it.
template <class T>
std::size_t dense_wire_size(std::int32_t dim);
template <class T>
void encode_dense(DenseView<T> view, std::byte* out);
std::size_t sparse_wire_size(std::int32_t nnz);
void encode_sparse(SparsevecView view, std::byte* out);

}  // namespace vecext
