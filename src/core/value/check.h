// Checks that every value passes on its way in, and that every pair of operands passes.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// 1 <= dim <= kMaxDims.
template <class T>
Status check_dim(std::int32_t dim);

/// 1 <= dim <= kMaxSparseDims.
Status check_sparse_dim(std::int32_t dim);

/// nnz <= kMaxNonZeros.
Status check_non_zeros(std::int32_t nnz);

/// A type modifier of -1 admits every dim.
Status check_expected_dim(const char* type, std::int32_t typmod, std::int32_t dim);

/// All of x[0 .. n) finite; else kNan or kInfinity, whichever comes first.
template <class T>
Status check_finite(const T* x, std::int32_t n);

/// Both operands have the same dimension.
inline Status check_same_dim(const char* type, std::int32_t a, std::int32_t b) {
  if (a == b) [[likely]] {
    return {};
  }
  return {.code = StatusCode::kDifferentDimensions, .type = type, .expected = a, .actual = b};
}

}  // namespace vecext
