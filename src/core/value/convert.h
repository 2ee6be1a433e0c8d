// Conversions between the types, element by element. Outputs are the caller's, of the size stated.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// float4 → binary16, nearest even; kNumberOutOfRange (type halfvec) where a finite value becomes
/// infinite.
Status to_half(const float* in, Half* out, std::int32_t n);

/// Elements of `in` that are not zero.
template <class T>
std::int32_t count_non_zeros(DenseView<T> in);

/// The non-zeros of `in`; indices and values hold count_non_zeros(in) each.
template <class T>
void to_sparse(DenseView<T> in, std::int32_t* indices, float* values);

/// All in.dim elements, zeros filled in (in.dim <= kMaxDims). kCorrupt where an index is not below
/// in.dim, as stored bytes may have it. For Half: kNumberOutOfRange as to_half.
template <class T>
Status to_dense(SparsevecView in, T* out);

}  // namespace vecext
