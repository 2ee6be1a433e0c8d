// A query of an index of sparse vectors: its terms, with the units that each code of a weight
// gives.
#pragma once

#include "core/postings/sparse/sparse_terms.h"
#include "core/postings/search/postings_query.h"
#include "core/postings/segment/postings_model.h"
#include "core/postings/segment/term_entry.h"

namespace vecext::sparse {

/// A query looks a dimension up with both signs: weights of the query's sign raise the product, and
/// weights of the other sign lower it.
struct SparseQuery {
  postings::Query query;
  const float* weights;  // by term: what the amounts of stored weights are multiplied by
  bool is_mixed;         // some postings lower products
  bool may_overflow;     // the operator's products may be infinite
};

/// Makes the terms of a query. Returns false if memory runs out.
bool make_query(const SparsevecView& vector, bool has_negative, Arena arena, SparseQuery* query);

/// Sets the terms' units, and how far they may be too high. entries[i * count + j] says where term
/// j is in segment i; the terms' df and their greatest code in pending documents must be set.
/// Returns false if memory runs out.
bool set_units(const WeightRange& range, const postings::TermEntry* entries, std::uint32_t segments,
               Arena arena, SparseQuery* query);

}  // namespace vecext::sparse
