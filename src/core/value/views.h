// Views of vector values. A view says where the elements are and how many, and owns nothing.
//
// Pointers need no alignment. A view has 1 <= dim <= its type's limit. Once it is checked, its
// elements are finite, but distances are also defined if elements are infinite (kernel.h).
#pragma once

#include <cstdint>

#include "core/kernel/half.h"
#include "core/kernel/kernel.h"

namespace vecext {

inline constexpr std::int32_t kMaxDims = 16000;                // vector, halfvec
inline constexpr std::int32_t kMaxSparseDims = 1'000'000'000;  // sparsevec, as in pgvector
inline constexpr std::int32_t kMaxNonZeros = 16000;            // sparsevec

/// The dimensions of a sparsevec of the open space, whose indices are all numbers of 32 bits. A
/// vector of kMaxSparseDims dimensions belongs to the same space (check_same_dim).
inline constexpr std::int64_t kOpenSparseDims = std::int64_t{1} << 32;

/// A dense vector: `vector` for float, `halfvec` for Half.
template <class T>
struct DenseView {
  const T* x;
  std::int32_t dim;
};

using VectorView = DenseView<float>;
using HalfvecView = DenseView<Half>;

/// A sparse vector. Its indices count from 0, ascend strictly and are below dim. Its values are
/// finite and not zero.
struct SparsevecView {
  std::int64_t dim;
  std::int32_t nnz;
  const std::uint32_t* indices;
  const float* values;

  kernel::SparseRow row() const { return {indices, values, nnz}; }

  /// Returns the greatest index, or 0 if the vector has no elements.
  std::uint32_t greatest() const {
    std::uint32_t last = 0;
    if (nnz > 0) {
      __builtin_memcpy(&last, indices + nnz - 1, sizeof last);
    }
    return last;
  }
};

/// An element of a sparse vector while the vector is being read. Its index may be out of bounds.
struct SparseElement {
  std::int64_t index;
  float value;
};

/// What differs between the dense types.
template <class T>
struct DenseType;

template <>
struct DenseType<float> {
  static constexpr const char* kName = "vector";
  static const kernel::DenseKernels<float>& kernels() { return kernel::active().f32; }
};

template <>
struct DenseType<Half> {
  static constexpr const char* kName = "halfvec";
  static const kernel::DenseKernels<Half>& kernels() { return kernel::active().f16; }
};

inline constexpr const char* kSparsevecName = "sparsevec";

}  // namespace vecext
