// Text output: without blanks, each element in the shortest form that reads back as the same
// float4.
#pragma once

#include <cstddef>

#include "core/value/views.h"

namespace vecext {

/// Writes `value` to `out` (at most kMaxFloatText bytes, no terminator), and returns the bytes
/// written. The server passes its own float4 output, so that an element prints as a float4 of the
/// server does.
using PrintFloat = int (*)(float value, char* out);
inline constexpr std::size_t kMaxFloatText = 16;

/// Return the most bytes that print_dense() and print_sparse() need, with the terminating zero.
std::size_t dense_text_size(std::int32_t dim);
std::size_t sparse_text_size(std::int32_t nnz);

/// Writes `[1,2,3]` and a terminating zero.
template <class T>
void print_dense(DenseView<T> view, PrintFloat print, char* out);

/// Writes `{1:1.5,3:3.5}/5` and a terminating zero.
void print_sparse(SparsevecView view, PrintFloat print, char* out);

}  // namespace vecext
