// Element-wise arithmetic, comparison, and the parts of a vector.
//
// Both dense types are computed in single precision, one block at a time, and the results are
// rounded to T. For binary16 this gives correctly rounded results, since a float has more than
// twice the precision.
#include "core/value/arithmetic.h"

#include <algorithm>
#include <cstring>

#include "core/value/distance.h"
#include "core/value/elements.h"

namespace vecext {

namespace {

/// Computes out[i] = op(a[i], b[i]) rounded to T.
template <class T, class Operation>
void combine(DenseView<T> a, DenseView<T> b, T* out, Operation operation) {
  float x[kBlock];
  float y[kBlock];
  for_each_block(a.dim, [&](std::int32_t begin, std::int32_t n) {
    widen(a.x + begin, x, n);
    widen(b.x + begin, y, n);
    for (std::int32_t i = 0; i < n; ++i) {
      x[i] = operation(x[i], y[i]);
    }
    narrow(x, out + begin, n);
  });
}

/// Returns kOverflow if an element is infinite. It need not look for NaN: sums and differences of
/// finite numbers are finite or infinite.
template <class T>
Status check_overflow(const T* x, std::int32_t n) {
  if (all_finite(x, n)) [[likely]] {
    return {};
  }
  return {.code = StatusCode::kOverflow, .type = DenseType<T>::kName};
}

/// Returns what is wrong with a product, or kOk if nothing is.
template <class T>
StatusCode product_fault(T a, T b, T product) {
  if (is_infinite(product)) {
    return StatusCode::kOverflow;
  }
  return is_zero(product) && !is_zero(a) && !is_zero(b) ? StatusCode::kUnderflow : StatusCode::kOk;
}

int compare_numbers(auto a, auto b) {
  return (a > b) - (a < b);
}

int compare_elements(float a, float b) {
  return compare_numbers(a, b);
}

/// Compares two elements by their signed magnitudes, whose order is that of the numbers.
int compare_elements(Half a, Half b) {
  const auto signed_magnitude = [](Half x) {
    return x.bits >> 15 != 0 ? -int{magnitude(x)} : int{magnitude(x)};
  };
  return compare_numbers(signed_magnitude(a), signed_magnitude(b));
}

}  // namespace

template <class T>
Status add(DenseView<T> a, DenseView<T> b, T* out) {
  combine(a, b, out, [](float x, float y) { return x + y; });
  return check_overflow(out, a.dim);
}

template <class T>
Status subtract(DenseView<T> a, DenseView<T> b, T* out) {
  combine(a, b, out, [](float x, float y) { return x - y; });
  return check_overflow(out, a.dim);
}

template <class T>
Status multiply(DenseView<T> a, DenseView<T> b, T* out) {
  combine(a, b, out, [](float x, float y) { return x * y; });
  const auto fault = [&](std::int32_t i) {
    return product_fault(load(a.x, i), load(b.x, i), out[i]);
  };
  bool any = false;
  for (std::int32_t i = 0; i < a.dim; ++i) {
    any |= fault(i) != StatusCode::kOk;
  }
  for (std::int32_t i = 0; any && i < a.dim; ++i) {
    if (const StatusCode code = fault(i); code != StatusCode::kOk) {
      return {.code = code, .type = DenseType<T>::kName};
    }
  }
  return {};
}

// No element is greater than the norm, so no quotient overflows.

template <class T>
Status normalize(DenseView<T> a, T* out) {
  const double length = norm(a);
  if (length == 0) {
    std::memset(out, 0, static_cast<std::size_t>(a.dim) * sizeof(T));
    return {};
  }
  float x[kBlock];
  for_each_block(a.dim, [&](std::int32_t begin, std::int32_t n) {
    widen(a.x + begin, x, n);
    for (std::int32_t i = 0; i < n; ++i) {
      x[i] = static_cast<float>(x[i] / length);
    }
    narrow(x, out + begin, n);
  });
  return {};
}

Status normalize(SparsevecView a, std::uint32_t* indices, float* values, std::int32_t* nnz) {
  const double length = norm(a);
  *nnz = 0;
  for (std::int32_t i = 0; i < a.nnz; ++i) {
    const auto value = static_cast<float>(load(a.values, i) / length);
    if (!is_zero(value)) {
      indices[*nnz] = load(a.indices, i);
      values[*nnz] = value;
      ++*nnz;
    }
  }
  return {};
}

template <class T>
void binary_quantize(DenseView<T> a, std::uint8_t* out) {
  float x[kBlock];
  for_each_block(a.dim, [&](std::int32_t begin, std::int32_t n) {
    widen(a.x + begin, x, n);
    const std::int32_t bytes = (n + 7) / 8;
    std::fill(x + n, x + kBlock, 0.0F);
    for (std::int32_t byte = 0; byte < bytes; ++byte) {
      unsigned bits = 0;
      for (std::int32_t i = 0; i < 8; ++i) {
        bits = bits << 1 | (x[byte * 8 + i] > 0);
      }
      out[begin / 8 + byte] = static_cast<std::uint8_t>(bits);
    }
  });
}

template <class T>
Status subvector(DenseView<T> a, std::int32_t start, std::int32_t count, DenseView<T>* out) {
  const std::int64_t begin = std::max<std::int64_t>(start, 1) - 1;
  const std::int64_t end = std::min<std::int64_t>(std::int64_t{start} - 1 + count, a.dim);
  if (begin >= end) {
    return {.code = StatusCode::kNoDimensions, .type = DenseType<T>::kName};
  }
  *out = {a.x + begin, static_cast<std::int32_t>(end - begin)};
  return {};
}

template <class T>
int compare(DenseView<T> a, DenseView<T> b) {
  const std::int32_t n = std::min(a.dim, b.dim);
  for (std::int32_t i = 0; i < n; ++i) {
    if (const int order = compare_elements(load(a.x, i), load(b.x, i)); order != 0) {
      return order;
    }
  }
  return compare_numbers(a.dim, b.dim);
}

int compare(SparsevecView a, SparsevecView b) {
  std::int32_t i = 0;  // number of elements at the beginning that are equal in both vectors
  while (i < a.nnz && i < b.nnz && load(a.indices, i) == load(b.indices, i) &&
         load(a.values, i) == load(b.values, i)) {
    ++i;
  }
  const std::int64_t end = std::min(a.dim, b.dim);
  const std::int64_t index_a = i < a.nnz ? load(a.indices, i) : end;
  const std::int64_t index_b = i < b.nnz ? load(b.indices, i) : end;
  const std::int64_t first = std::min(index_a, index_b);
  if (first < end) {
    return compare_numbers(index_a == first ? load(a.values, i) : 0,
                           index_b == first ? load(b.values, i) : 0);
  }
  return compare_numbers(a.dim, b.dim);
}

template Status add(DenseView<float>, DenseView<float>, float*);
template Status subtract(DenseView<float>, DenseView<float>, float*);
template Status multiply(DenseView<float>, DenseView<float>, float*);
template Status normalize(DenseView<float>, float*);
template void binary_quantize(DenseView<float>, std::uint8_t*);
template Status subvector(DenseView<float>, std::int32_t, std::int32_t, DenseView<float>*);
template int compare(DenseView<float>, DenseView<float>);
template Status add(DenseView<Half>, DenseView<Half>, Half*);
template Status subtract(DenseView<Half>, DenseView<Half>, Half*);
template Status multiply(DenseView<Half>, DenseView<Half>, Half*);
template Status normalize(DenseView<Half>, Half*);
template void binary_quantize(DenseView<Half>, std::uint8_t*);
template Status subvector(DenseView<Half>, std::int32_t, std::int32_t, DenseView<Half>*);
template int compare(DenseView<Half>, DenseView<Half>);

}  // namespace vecext
