// Stored sparse vectors as documents of the index.
#pragma once

#include "core/postings/segment/document_terms.h"
#include "core/postings/sparse/sparse_terms.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// The view of a stored vector (core/quant/vector_distance.h).
SparsevecView sparse_view_of(const void* stored);

/// The terms of a vector whose weights the range admits, in the current memory context; their count
/// is the code of the weight and 1.
postings::DocumentTerms terms_of_sparse(const SparsevecView& vector, const WeightRange& range);

}  // namespace vecext::pg
