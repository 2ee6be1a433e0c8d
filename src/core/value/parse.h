// Text forms: `[1,2.5,-3e4]` for vector and halfvec, `{1:0.5,7:2}/10` for sparsevec (indices from
// 1).
//
// Numbers are written as C's strtof reads them in the "C" locale. White space (blank, \t \n \r \v
// \f) may stand around every token. Inputs end with a zero byte. If there are several faults, the
// leftmost one is reported. The caller checks the type modifier.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Returns a limit of the number of elements that `text` can have, from 1 to kMaxDims.
/// parse_dense() needs room for so many.
std::int32_t dense_capacity(const char* text);

/// Parses a dense vector into out[0 .. dense_capacity(text)) and sets `*dim`. All elements are
/// finite: a number too small for T becomes zero with its sign, and for a number too large for T
/// the function returns kTokenOutOfRange.
template <class T>
Status parse_dense(const char* text, T* out, std::int32_t* dim);

/// Returns a limit of the number of elements that `text` can have. If it is above kMaxNonZeros,
/// parse_sparse() refuses the text at once, so that no room is needed.
std::int32_t sparse_capacity(const char* text);

/// Parses a sparse vector into out[0 .. sparse_capacity(text)), in the order of the text. Zeros are
/// left out, and indices are counted from 0. Sets `*nnz` and `*dim`, and checks them against the
/// limits. The caller then checks the type modifier, and calls sort_sparse().
Status parse_sparse(const char* text, SparseElement* out, std::int32_t* nnz, std::int64_t* dim);

/// Sorts the elements by index. Checks that every index is in [0, dim), and that no index repeats.
Status sort_sparse(SparseElement* elements, std::int32_t nnz, std::int64_t dim);

}  // namespace vecext
