// The binary form in which clients send and receive values. It is big-endian.
//
//   vector, halfvec   uint16 dim | uint16 unused = 0 | dim × (float4 | binary16)
//   sparsevec         int32 dim | int32 nnz | int32 unused = 0 | nnz × uint32 index (from 0) |
//                     nnz × float4
//
// The dim -2^31 stands for the open space of sparsevec, as in stored values (layout.h).
//
// Decoding has two steps, so that the caller can check the type modifier and allocate memory in
// between. Checks are made in the order of pgvector: dim, nnz (of a sparsevec), type modifier, the
// unused field, the elements in their order, the end of the message.
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
  std::int64_t dim;
  std::int32_t nnz;
  std::int32_t unused;
};

/// Reads the first kDenseWireHeader bytes, and checks dim. Returns kTruncated if there are fewer
/// bytes.
template <class T>
Status decode_dense_header(const std::byte* data, std::size_t size, DenseHeader* header);

/// Reads `dim` elements from `data` into `out` and checks that each is finite. Returns kTruncated
/// if `size` is less than dim * sizeof(T), unless one of the elements before the end is not finite.
template <class T>
Status decode_dense_elements(const std::byte* data, std::size_t size, std::int32_t dim, T* out);

/// Reads the first kSparseWireHeader bytes, and checks dim and nnz. Returns kTruncated if there are
/// fewer bytes.
Status decode_sparse_header(const std::byte* data, std::size_t size, SparseHeader* header);

/// Reads nnz indices and values. Checks that the indices ascend and are within dim, and that each
/// value is finite and not zero.
Status decode_sparse_elements(const std::byte* data, std::size_t size, SparseHeader header,
                              std::uint32_t* indices, float* values);

/// Checks the unused field, which must be zero.
Status check_unused(const char* type, std::int32_t unused);

/// Return the size of a message in bytes, and write the message.
template <class T>
std::size_t dense_wire_size(std::int32_t dim);
template <class T>
void encode_dense(DenseView<T> view, std::byte* out);
std::size_t sparse_wire_size(std::int32_t nnz);
void encode_sparse(SparsevecView view, std::byte* out);

}  // namespace vecext
