// Text forms: `[1,2.5,-3e4]` for vector and halfvec, `{1:0.5,7:2}/10` for sparsevec (indices from
// 1).
//
// Numbers follow C strtof in the "C" locale, and blanks may stand around every token (space, \t \n
// \r \v \f). Inputs end with a zero byte. The first fault found from the left is reported; the type
// modifier is the caller's to check.
#pragma once

#include "core/base/status.h"
#include "core/value/views.h"

namespace vecext {

/// Elements that `text` can hold at most, at least 1, at most kMaxDims: the room parse_dense needs.
std::int32_t dense_capacity(const char* text);

/// Parses a dense vector into out[0 .. dense_capacity(text)); sets *dim. Elements are finite; those
/// too small for T become (signed) zero, those too large are kTokenOutOfRange.
template <class T>
Status parse_dense(const char* text, T* out, std::int32_t* dim);

/// Elements that `text` can hold at most; above kMaxNonZeros parse_sparse refuses at once.
std::int32_t sparse_capacity(const char* text);

/// Parses a sparse vector into out[0 .. sparse_capacity(text)), in the order of the text, zeros
/// left out, indices made 0-based. Sets *nnz and *dim (checked against the limits). Follow with
/// sort_sparse() once the type modifier is checked.
Status parse_sparse(const char* text, SparseElement* out, std::int32_t* nnz, std::int32_t* dim);

/// Sorts by index and checks that every index is in [0, dim) and none repeats.
Status sort_sparse(SparseElement* elements, std::int32_t nnz, std::int32_t dim);

}  // namespace vecext
