// Counts in how many vectors of an index each dimension of a given vector is not zero.
#pragma once

#include "core/postings/sparse/sparse_query.h"
#include "core/postings/search/prepare.h"
#include "core/postings/search/postings_search.h"

namespace vecext::sparse {

/// Adds to counts[i] the number of vectors of an index that have the dimension of the i-th non-zero
/// element of `vector`, and to `*vectors` the number of all vectors of the index. Removed vectors
/// count until their segment is written again. The function may be called for several indexes, one
/// after another. Returns kStale if the model is not current; it has then added nothing.
template <PageStore S>
Status count_dimensions(S& store, const postings::Model& model, const SparsevecView& vector,
                        Arena arena, std::uint64_t* counts, std::uint64_t* vectors) {
  SparseQuery query;
  const bool has_negative = model.meta.has(kHasNegativeWeights);
  if (!make_query(vector, has_negative, arena, &query)) {
    return out_of_memory();
  }
  postings::TextStatistics statistics;
  VECEXT_TRY(postings::count_terms(store, model, true, arena, &query.query, &statistics));
  *vectors += statistics.documents;
  // If an index has negative weights, each dimension has two terms, one for each sign.
  std::uint32_t term = 0;
  for (std::int32_t i = 0; i < vector.nnz; ++i) {
    for (int sign = 0; weight_at(vector, i) != 0 && sign < (has_negative ? 2 : 1); ++sign) {
      counts[i] += query.query.terms[term++].df;
    }
  }
  return {};
}

}  // namespace vecext::sparse
