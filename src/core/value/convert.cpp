// Conversions between the types.
#include "core/value/convert.h"

#include <cstring>

#include "core/value/elements.h"

namespace vecext {

namespace {

Status convert(float x, float* out) {
  *out = x;
  return {};
}

Status convert(float x, Half* out) {
  return to_half(&x, out, 1);
}

}  // namespace

Status to_half(const float* in, Half* out, std::int32_t n) {
  narrow(in, out, n);
  if (all_finite(out, n)) [[likely]] {
    return {};
  }
  for (std::int32_t i = 0; i < n; ++i) {
    const float x = load(in, i);
    if (is_infinite(out[i]) && is_finite(x)) {
      return {.code = StatusCode::kNumberOutOfRange, .type = DenseType<Half>::kName, .number = x};
    }
  }
  return {};
}

template <class T>
std::int32_t count_non_zeros(DenseView<T> in) {
  std::int32_t count = 0;
  for (std::int32_t i = 0; i < in.dim; ++i) {
    count += !is_zero(load(in.x, i));
  }
  return count;
}

template <class T>
void to_sparse(DenseView<T> in, std::uint32_t* indices, float* values) {
  float block[kBlock];
  std::int32_t nnz = 0;
  for_each_block(in.dim, [&](std::int32_t begin, std::int32_t n) {
    widen(in.x + begin, block, n);
    for (std::int32_t i = 0; i < n; ++i) {
      if (!is_zero(block[i])) {
        indices[nnz] = static_cast<std::uint32_t>(begin + i);
        values[nnz] = block[i];
        ++nnz;
      }
    }
  });
}

template <class T>
Status to_dense(SparsevecView in, T* out) {
  std::memset(out, 0, static_cast<std::size_t>(in.dim) * sizeof(T));
  for (std::int32_t i = 0; i < in.nnz; ++i) {
    const std::uint32_t index = load(in.indices, i);
    if (index >= in.dim) [[unlikely]] {
      return {.code = StatusCode::kCorrupt, .type = kSparsevecName};
    }
    VECEXT_TRY(convert(load(in.values, i), out + index));
  }
  return {};
}

template std::int32_t count_non_zeros(DenseView<float>);
template std::int32_t count_non_zeros(DenseView<Half>);
template void to_sparse(DenseView<float>, std::uint32_t*, float*);
template void to_sparse(DenseView<Half>, std::uint32_t*, float*);
template Status to_dense(SparsevecView, float*);
template Status to_dense(SparsevecView, Half*);

}  // namespace vecext
