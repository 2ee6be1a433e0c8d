// Text output. It has no blanks, and each element is in the shortest form that is read back as the
// same float4.
#pragma once

#include <cstddef>

#include "core/value/views.h"

namespace vecext {

/// Writes `value` to `out`, at most kMaxFloatText bytes without a terminating zero, and returns how
/// many bytes it has written. The server passes its own float4 output, so that an element is
/// printed as a float4 is.
using PrintFloat = int (*)(float value, char* out);
inline constexpr std::size_t kMaxFloatText = 16;

/// Return the most bytes that print_dense() and print_sparse() write, with the terminating zero.
std::size_t dense_text_size(std::int32_t dim);
std::size_t sparse_text_size(std::int32_t nnz);

/// Writes `[1,2,3]` and a terminating zero.
template <class T>
void print_dense(DenseView<T> view, PrintFloat print, char* out);

/// Writes `{1:1.5,3:3.5}/5` and a terminating zero.
void print_sparse(SparsevecView view, PrintFloat print, char* out);

}  // namespace vecext
