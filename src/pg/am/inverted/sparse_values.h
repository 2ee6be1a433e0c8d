// Stored sparse vectors as documents of the index.
#pragma once

#include "core/postings/segment/document_terms.h"
#include "core/postings/sparse/sparse_terms.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the terms of `vector`, in the current memory context. All weights of the vector are
/// within `range`. The count of a term is the code of its weight, plus 1.
postings::DocumentTerms terms_of_sparse(const SparsevecView& vector, const WeightRange& range);

}  // namespace vecext::pg
