// The checks that every value passes when it comes in, and every pair of operands.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Checks that 1 <= dim <= kMaxDims.
template <class T>
Status check_dim(std::int64_t dim);

/// Checks that 1 <= dim <= kMaxSparseDims, or that dim is kOpenSparseDims.
Status check_sparse_dim(std::int64_t dim);

/// Checks that nnz <= kMaxNonZeros.
Status check_non_zeros(std::int32_t nnz);

/// Checks the dimension of a value against a type modifier. The type modifier -1 admits every
/// dimension.
Status check_expected_dim(const char* type, std::int32_t typmod, std::int64_t dim);

/// Checks that all of x[0 .. n) are finite. Returns kNan or kInfinity for the first element that is
/// not finite.
template <class T>
Status check_finite(const T* x, std::int32_t n);

/// True if vectors of these dimensions are of the same space. kMaxSparseDims and kOpenSparseDims
/// name one space: an index means the same whichever of these numbers a vector has.
constexpr bool is_same_space(std::int64_t a, std::int64_t b) {
  return a == b || (a >= kMaxSparseDims && b >= kMaxSparseDims);
}

/// Returns the bound of the indices in the space of sparse vectors of `dim` dimensions.
constexpr std::int64_t index_bound(std::int64_t dim) {
  return dim < kMaxSparseDims ? dim : kOpenSparseDims;
}

/// Returns the dimensions for a vector of that space whose greatest index is `greatest`. They are
/// `dim` if that is enough.
constexpr std::int64_t dim_for_index(std::int64_t dim, std::int64_t greatest) {
  return greatest < dim ? dim : index_bound(dim);
}

/// Checks that both operands are of the same space.
inline Status check_same_dim(const char* type, std::int64_t a, std::int64_t b) {
  if (is_same_space(a, b)) [[likely]] {
    return {};
  }
  return {.code = StatusCode::kDifferentDimensions, .type = type, .expected = a, .actual = b};
}

}  // namespace vecext
