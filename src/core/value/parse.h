// Text forms: `[1,2.5,-3e4]` for vector and halfvec, `{1:0.5,7:2}/10` for sparsevec (indices from
// 1).
//
// Numbers follow C strtof in the "C" locale, and blanks may stand around every token (space, \t \n
// \r \v \f). Inputs end with a zero byte. The first fault from the left is reported; the caller
// checks the type modifier.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Returns the most elements that `text` can have, at least 1 and at most kMaxDims: the room that
/// parse_dense() needs.
std::int32_t dense_capacity(const char* text);

/// Parses a dense vector into out[0 .. dense_capacity(text)) and sets *dim. Elements are finite:
/// those too small for T become (signed) zero, and for those too large it returns kTokenOutOfRange.
template <class T>
Status parse_dense(const char* text, T* out, std::int32_t* dim);

/// Returns the most elements that `text` can have. If it is above kMaxNonZeros, parse_sparse()
/// refuses the text at once.
std::int32_t sparse_capacity(const char* text);

/// Parses a sparse vector into out[0 .. sparse_capacity(text)), in the order of the text. Zeros are
/// left out, and indices become 0-based. Sets *nnz and *dim (checked against the limits). Call
/// sort_sparse() afterwards, once the type modifier is checked.
Status parse_sparse(const char* text, SparseElement* out, std::int32_t* nnz, std::int32_t* dim);

/// Sorts the elements by index, and checks that every index is in [0, dim) and no index repeats.
Status sort_sparse(SparseElement* elements, std::int32_t nnz, std::int32_t dim);

}  // namespace vecext
