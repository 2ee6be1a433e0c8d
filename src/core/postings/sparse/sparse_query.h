// A query of an index of sparse vectors: its terms, and for each term the units that each code of a
// weight gives.
#pragma once

#include "core/postings/sparse/sparse_terms.h"
#include "core/postings/search/postings_query.h"
#include "core/postings/segment/postings_model.h"
#include "core/postings/segment/term_entry.h"

namespace vecext::sparse {

/// A query. If the index has negative weights, the query has two terms for each dimension: weights
/// of the same sign as the query's raise the product, and weights of the other sign lower it.
struct SparseQuery {
  postings::Query query;
  const float* weights;  // by term: the factor by which the amounts of stored weights are
                         // multiplied
  bool is_mixed;         // true if some postings lower products
  bool may_overflow;     // true if the operator's products may be infinite
};

/// Makes the terms of a query. `has_negative` is true if the index has negative weights. Returns
/// false if memory runs out.
bool make_query(const SparsevecView& vector, bool has_negative, Arena arena, SparseQuery* query);

/// Sets the units of all terms, and the slack, which says by how much scores made of them may be
/// too high. entries[i * count + j] says where term j is in segment i. Each term's df and its
/// greatest code in pending documents must have been set. Returns false if memory runs out.
bool set_units(const WeightRange& range, const postings::TermEntry* entries, std::uint32_t segments,
               Arena arena, SparseQuery* query);

}  // namespace vecext::sparse
