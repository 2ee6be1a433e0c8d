// Element-wise operations that make one value of others. The caller provides outputs of the size
// stated.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Compute out[i] = a[i] ∘ b[i] for equal dims, rounded to T. They return kOverflow if a result is
/// infinite; multiply() also returns kUnderflow if a product of non-zeros is zero.
template <class T>
Status add(DenseView<T> a, DenseView<T> b, T* out);
template <class T>
Status subtract(DenseView<T> a, DenseView<T> b, T* out);
template <class T>
Status multiply(DenseView<T> a, DenseView<T> b, T* out);

/// Computes a / |a|, with |a| in double; a vector of zeros stays so. Returns kOverflow if a result
/// is infinite.
template <class T>
Status normalize(DenseView<T> a, T* out);

/// Does the same for a sparse vector. Results that underflow to zero are left out. `indices` and
/// `values` have room for a.nnz elements each.
Status normalize(SparsevecView a, std::int32_t* indices, float* values, std::int32_t* nnz);

/// Sets bit i (MSB first) if a[i] > 0. `out` has (dim + 7) / 8 bytes; padding is zero.
template <class T>
void binary_quantize(DenseView<T> a, std::uint8_t* out);

/// Sets *out to `count` elements of `a` from `start` (1-based), counted as by SQL's substring: if
/// start is below 1, elements before the first are left out but count; an end beyond dim is cut.
/// Returns kNoDimensions if nothing is left. The view points into a.
template <class T>
Status subvector(DenseView<T> a, std::int32_t start, std::int32_t count, DenseView<T>* out);

/// Returns -1, 0 or 1: compares element by element; if all are equal, the shorter vector comes
/// first, as with the server's arrays. -0 equals 0.
template <class T>
int compare(DenseView<T> a, DenseView<T> b);

/// Does the same for sparse vectors, as if both were dense.
int compare(SparsevecView a, SparsevecView b);

}  // namespace vecext
