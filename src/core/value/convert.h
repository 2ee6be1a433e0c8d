// Conversions between the types, element by element. The caller provides outputs of the size
// stated.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Converts float4 to binary16, to nearest even. Returns kNumberOutOfRange (type halfvec) if a
/// finite value becomes infinite.
Status to_half(const float* in, Half* out, std::int32_t n);

/// Returns how many elements of `in` are not zero.
template <class T>
std::int32_t count_non_zeros(DenseView<T> in);

/// Sets `indices` and `values` to the non-zeros of `in`. Both have room for count_non_zeros(in).
template <class T>
void to_sparse(DenseView<T> in, std::int32_t* indices, float* values);

/// Sets all in.dim elements, including zeros (in.dim <= kMaxDims). Returns kCorrupt if an index is
/// not below in.dim, as may be in stored bytes. For Half, returns kNumberOutOfRange as to_half()
/// does.
template <class T>
Status to_dense(SparsevecView in, T* out);

}  // namespace vecext
