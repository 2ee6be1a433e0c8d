#include "pg/am/inverted/sparse_values.h"

#include "pg/sys/memory.h"

namespace vecext::pg {

postings::DocumentTerms terms_of_sparse(const SparsevecView& vector, const WeightRange& range) {
  const auto most = static_cast<Size>(vector.nnz) + 1;
  auto* terms = palloc_array<sparse::SparseTerm>(most);
  auto* list = palloc_array<postings::DocumentTerm>(most);
  const uint32 count = make_terms(vector, range, terms);
  for (uint32 i = 0; i < count; ++i) {
    list[i] = {.term = {terms[i].bytes, terms[i].length}, .count = terms[i].code + 1};
  }
  return {.at = list, .count = count, .length = 1};
}

}  // namespace vecext::pg
