// Conversions between the types, element by element. The caller provides outputs of the size that
// the comment of a function says.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Converts floats to binary16, rounding to nearest even. Returns kNumberOutOfRange (type halfvec)
/// if a finite value becomes infinite.
Status to_half(const float* in, Half* out, std::int32_t n);

/// Returns how many elements of `in` are not zero.
template <class T>
std::int32_t count_non_zeros(DenseView<T> in);

/// Sets `indices` and `values` to the elements of `in` that are not zero. Both have room for
/// count_non_zeros(in) elements.
template <class T>
void to_sparse(DenseView<T> in, std::uint32_t* indices, float* values);

/// Sets all in.dim elements of `out`, including those that are zero. in.dim must be at most
/// kMaxDims. Returns kCorrupt if an index is not below in.dim, as may happen with stored bytes. For
/// Half, returns kNumberOutOfRange as to_half() does.
template <class T>
Status to_dense(SparsevecView in, T* out);

}  // namespace vecext
