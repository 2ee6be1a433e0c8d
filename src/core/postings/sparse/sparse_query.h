// A query of an index of sparse vectors: its terms, with the units that each code of a weight
// gives.
#pragma once

#include "core/postings/sparse/sparse_terms.h"
#include "core/postings/search/postings_query.h"
#include "core/postings/segment/postings_model.h"
#include "core/postings/segment/term_entry.h"

namespace vecext::sparse {

/// A query looks a dimension up with both signs: weights of the query's sign raise the product,
/// those of the other sign lower it.
struct SparseQuery {
  postings::Query query;
  const float* weights;  // by term: products with amounts of weights
  bool is_mixed;         // there are postings that make products less
  bool may_overflow;     // the operator's products may be infinite
};

/// Makes the terms of a query. False: out of memory.
bool make_query(const SparsevecView& vector, bool has_negative, Arena arena, SparseQuery* query);

/// Sets the terms' units, and how far they may be too high. entries[i * count + j] is where term j
/// is in segment i; the terms' df and greatest code of pending documents are set. False: out of
/// memory.
bool set_units(const WeightRange& range, const postings::TermEntry* entries, std::uint32_t segments,
               Arena arena, SparseQuery* query);

}  // namespace vecext::sparse
