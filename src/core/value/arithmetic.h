// Element-wise operations that make one value of others. The caller provides outputs of the size
// that the comment of a function says.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Compute out[i] = a[i] ∘ b[i] for vectors of equal dimensions, and round each result to T. They
/// return kOverflow if a result is infinite. multiply() also returns kUnderflow if a product of two
/// elements that are not zero is zero.
template <class T>
Status add(DenseView<T> a, DenseView<T> b, T* out);
template <class T>
Status subtract(DenseView<T> a, DenseView<T> b, T* out);
template <class T>
Status multiply(DenseView<T> a, DenseView<T> b, T* out);

/// Computes a / |a|, with |a| in double precision. A vector of zeros stays a vector of zeros.
/// Returns kOverflow if a result is infinite.
template <class T>
Status normalize(DenseView<T> a, T* out);

/// Does the same for a sparse vector. Results that underflow to zero are left out; sets `*nnz` to
/// the number of the others. `indices` and `values` have room for a.nnz elements each.
Status normalize(SparsevecView a, std::uint32_t* indices, float* values, std::int32_t* nnz);

/// Sets bit i of `out`, counted from the most significant bit of each byte, if a[i] > 0. `out` has
/// (dim + 7) / 8 bytes. Bits beyond dim are zero.
template <class T>
void binary_quantize(DenseView<T> a, std::uint8_t* out);

/// Sets `*out` to the `count` elements of `a` that begin at element `start`, counted from 1. As
/// with SQL's substring, `start` may be below 1: places before the first element count, although
/// there are no elements. An end beyond dim is cut. Returns kNoDimensions if no element is left.
/// `*out` points into `a`.
template <class T>
Status subvector(DenseView<T> a, std::int32_t start, std::int32_t count, DenseView<T>* out);

/// Compares two vectors element by element, and returns -1, 0 or 1. If all elements that both have
/// are equal, the shorter vector comes first, as with the server's arrays. -0 equals 0.
template <class T>
int compare(DenseView<T> a, DenseView<T> b);

/// Does the same for sparse vectors, as if both were dense.
int compare(SparsevecView a, SparsevecView b);

}  // namespace vecext
