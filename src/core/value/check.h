// The checks that every value passes when it comes in, and every pair of operands.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Checks that 1 <= dim <= kMaxDims.
template <class T>
Status check_dim(std::int32_t dim);

/// Checks that 1 <= dim <= kMaxSparseDims.
Status check_sparse_dim(std::int32_t dim);

/// Checks that nnz <= kMaxNonZeros.
Status check_non_zeros(std::int32_t nnz);

/// Checks the dimension of a value against a type modifier. The type modifier -1 admits every
/// dimension.
Status check_expected_dim(const char* type, std::int32_t typmod, std::int32_t dim);

/// Checks that all of x[0 .. n) are finite. Returns kNan or kInfinity for the first element that is
/// not finite.
template <class T>
Status check_finite(const T* x, std::int32_t n);

/// Checks that both operands have the same dimension.
inline Status check_same_dim(const char* type, std::int32_t a, std::int32_t b) {
  if (a == b) [[likely]] {
    return {};
  }
  return {.code = StatusCode::kDifferentDimensions, .type = type, .expected = a, .actual = b};
}

}  // namespace vecext
