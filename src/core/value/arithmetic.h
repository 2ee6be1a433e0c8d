// Element-wise operations that make one value of others. Outputs are the caller's, of the size
// stated.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// out[i] = a[i] ∘ b[i] for equal dims, rounded to T. kOverflow where a result is infinite;
/// multiply also kUnderflow where a product of non-zeros is zero.
template <class T>
Status add(DenseView<T> a, DenseView<T> b, T* out);
template <class T>
Status subtract(DenseView<T> a, DenseView<T> b, T* out);
template <class T>
Status multiply(DenseView<T> a, DenseView<T> b, T* out);

/// a / |a| with |a| in double; zero stays zero. kOverflow where a result is infinite.
template <class T>
Status normalize(DenseView<T> a, T* out);

/// The same for a sparse vector; results that underflow to zero are left out. indices and values
/// hold a.nnz each.
Status normalize(SparsevecView a, std::int32_t* indices, float* values, std::int32_t* nnz);

/// Bit i (MSB first) is set where a[i] > 0; out holds (dim + 7) / 8 bytes, padding zero.
template <class T>
void binary_quantize(DenseView<T> a, std::uint8_t* out);

/// The part of `a` from `start` (1-based) of `count` elements, as SQL's substring counts: a start
/// below 1 is clamped but the end is not, an end past dim is cut. kNoDimensions where nothing is
/// left. The view is into a.
template <class T>
Status subvector(DenseView<T> a, std::int32_t start, std::int32_t count, DenseView<T>* out);

/// -1, 0, 1: element by element, then the shorter first, as core's arrays. -0 equals 0.
template <class T>
int compare(DenseView<T> a, DenseView<T> b);

/// The same for sparse vectors, as if both were dense.
int compare(SparsevecView a, SparsevecView b);

}  // namespace vecext
