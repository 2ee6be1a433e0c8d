// Checks limits, type modifiers and finiteness.
#include "core/value/check.h"

#include "core/value/elements.h"

namespace vecext {

namespace {

Status check_range(const char* type, std::int64_t dim, std::int32_t limit) {
  if (dim < 1) {
    return {.code = StatusCode::kNoDimensions, .type = type};
  }
  if (dim > limit) {
    return {.code = StatusCode::kTooManyDimensions, .type = type, .expected = limit};
  }
  return {};
}

}  // namespace

template <class T>
Status check_dim(std::int64_t dim) {
  return check_range(DenseType<T>::kName, dim, kMaxDims);
}

Status check_sparse_dim(std::int64_t dim) {
  return dim == kOpenSparseDims ? Status{} : check_range(kSparsevecName, dim, kMaxSparseDims);
}

Status check_non_zeros(std::int32_t nnz) {
  if (nnz > kMaxNonZeros) {
    return {.code = StatusCode::kTooManyNonZeros, .type = kSparsevecName, .expected = kMaxNonZeros};
  }
  return {};
}

Status check_expected_dim(const char* type, std::int32_t typmod, std::int64_t dim) {
  if (typmod != -1 && !is_same_space(typmod, dim)) {
    return {
        .code = StatusCode::kUnexpectedDimensions, .type = type, .expected = typmod, .actual = dim};
  }
  return {};
}

template <class T>
Status check_finite(const T* x, std::int32_t n) {
  if (all_finite(x, n)) [[likely]] {
    return {};
  }
  std::int32_t i = 0;
  while (is_finite(load(x, i))) {
    ++i;
  }
  return {.code = is_infinite(load(x, i)) ? StatusCode::kInfinity : StatusCode::kNan,
          .type = DenseType<T>::kName};
}

template Status check_dim<float>(std::int64_t);
template Status check_dim<Half>(std::int64_t);
template Status check_finite(const float*, std::int32_t);
template Status check_finite(const Half*, std::int32_t);

}  // namespace vecext
