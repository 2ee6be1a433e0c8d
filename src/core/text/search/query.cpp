#include "core/text/search/query.h"

namespace vecext::text {

bool make_query(const Term* terms, std::uint32_t count, Arena arena, Query* query) {
  *query = {};
  query->terms = arena.array<QueryTerm>(count);
  if (query->terms == nullptr) {
    return false;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    query->terms[i] = {terms[i], hash_of(terms[i]), 1, 0, 0};
  }
  QueryTerm* end = query->terms + count;
  std::sort(query->terms, end,
            [](const QueryTerm& a, const QueryTerm& b) { return compare(a.term, b.term) < 0; });
  QueryTerm* last = query->terms;
  for (QueryTerm* next = query->terms; next < end; ++next) {
    if (next == query->terms) {
      continue;
    }
    if (compare(last->term, next->term) == 0) {
      ++last->count;
    } else {
      *++last = *next;
    }
  }
  query->count = count == 0 ? 0 : static_cast<std::uint32_t>(last - query->terms + 1);
  return true;
}

void set_weights(Query* query, const Bm25& bm25, const TextStatistics& statistics) {
  const auto weight_of = [&](const QueryTerm& term) {
    return term.count * term_weight(bm25, statistics.documents, term.df);
  };
  double sum = 0;
  for (std::uint32_t i = 0; i < query->count; ++i) {
    sum += weight_of(query->terms[i]);
  }
  query->unit = sum > 0 ? sum / kWeightSum : 1;
  for (std::uint32_t i = 0; i < query->count; ++i) {
    QueryTerm& term = query->terms[i];
    term.weight = static_cast<float>(weight_of(term) / query->unit);
  }
  query->norms.set(bm25, statistics.average());
}

}  // namespace vecext::text
