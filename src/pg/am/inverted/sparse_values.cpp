#include "pg/am/inverted/sparse_values.h"

#include "core/value/layout.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

SparsevecView sparse_view_of(const void* stored) {
  const auto* bytes = static_cast<const std::byte*>(stored);
  SparsevecLayout head;
  memcpy(&head, bytes, sizeof head);
  const std::byte* indices = bytes + sizeof head;
  const std::byte* values = indices + static_cast<Size>(head.nnz) * sizeof(int32);
  return {head.dim, head.nnz, reinterpret_cast<const int32*>(indices),
          reinterpret_cast<const float*>(values)};
}

postings::DocumentTerms terms_of_sparse(const SparsevecView& vector, const WeightRange& range) {
  const auto most = static_cast<Size>(vector.nnz) + 1;
  auto* terms = palloc_array<sparse::SparseTerm>(most);
  auto* list = palloc_array<postings::DocumentTerm>(most);
  const uint32 count = make_terms(vector, range, terms);
  for (uint32 i = 0; i < count; ++i) {
    list[i] = {.term = {terms[i].bytes, sparse::kTermBytes}, .count = terms[i].code + 1};
  }
  return {.at = list, .count = count, .length = 1};
}

}  // namespace vecext::pg
