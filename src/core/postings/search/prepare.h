// Reads what a query's scores depend on. A statement that does this once has the same scores in all
// its searches, and outside of the index.
#pragma once

#include "core/postings/search/pending_documents.h"
#include "core/postings/segment/dictionary.h"

namespace vecext::postings {

/// Calls visit(const TermEntry&), which returns a Status, for each term of a segment that begins
/// with the prefix. `copy` has room for a page.
template <PageStore S, class Visit>
Status each_with_prefix(S& store, const Segment& segment, const Term& prefix, std::byte* copy,
                        const Visit& visit) {
  TermCursor<S> at;
  VECEXT_TRY(at.begin(store, segment, prefix, copy));
  while (!at.is_end() && has_prefix(at.term(), prefix)) {
    VECEXT_TRY(visit(at.entry()));
    VECEXT_TRY(at.next(store));
  }
  return {};
}

/// Sets entries[i] to where the query's term i is in a segment. Its df is 0 if the segment does not
/// have the term. For a prefix, only df is set.
template <PageStore S>
Status find_terms(S& store, const Segment& segment, const Query& query, Arena arena,
                  TermEntry* entries) {
  auto* copy = query.has_prefix ? arena.array<std::byte>(kPageSize) : nullptr;
  if (query.has_prefix && copy == nullptr) {
    return out_of_memory();
  }
  for (std::uint32_t i = 0; i < query.all; ++i) {
    const QueryTerm& term = query.terms[i];
    bool is_found = true;
    Status status;
    if (term.is_prefix) {
      std::uint64_t df = 0;
      status = each_with_prefix(store, segment, term.term, copy, [&](const TermEntry& entry) {
        df += entry.df;
        return Status{};
      });
      entries[i] = {.df = df, .bound = 0, .extra = 0, .place = 0};
    } else {
      status = find_term(store, segment, term.term, entries + i, &is_found);
    }
    if (!status.ok()) {
      return status;
    }
    if (!is_found) {
      entries[i] = {};
    }
  }
  return {};
}

/// Sets `*entries` to where the query's terms are in all segments: first all terms of one segment,
/// then all of the next.
template <PageStore S>
Status find_terms(S& store, const Model& model, const Query& query, Arena arena,
                  TermEntry** entries) {
  *entries = arena.array<TermEntry>(std::size_t{model.meta.segments} * query.all);
  if (*entries == nullptr) {
    return out_of_memory();
  }
  Status status;
  for (std::uint32_t i = 0; i < model.meta.segments && status.ok(); ++i) {
    status =
        find_terms(store, model.segments[i], query, arena, *entries + std::size_t{i} * query.all);
  }
  return status;
}

/// Adds the df that a term has in the segments to its df in the query, for all terms.
inline void add_counts(const Model& model, const TermEntry* entries, Query* query) {
  for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
    for (std::uint32_t j = 0; j < query->all; ++j) {
      query->terms[j].df += entries[std::size_t{i} * query->all + j].df;
    }
  }
}

/// Adds the documents and tokens of an index to `*statistics`, and the terms' df to the query,
/// including pending documents if `with_pending` is true. It may be called for several indexes, one
/// after another; set_weights() then prepares the query. Returns kStale if the model is not
/// current, in which case no df has changed.
template <PageStore S>
Status count_terms(S& store, const Model& model, bool with_pending, Arena arena, Query* query,
                   TextStatistics* statistics) {
  PendingScan pending(query, arena);
  SearchCounts counts;
  TermEntry* entries;
  if (!pending.begin()) {
    return out_of_memory();
  }
  VECEXT_TRY(check_current(store, model));
  if (with_pending) {
    VECEXT_TRY(scan_pending(store, model, &pending, &counts));
  }
  VECEXT_TRY(find_terms(store, model, *query, arena, &entries));
  pending.add_counts(query);
  add_counts(model, entries, query);
  const TextStatistics sum = model.statistics();
  statistics->documents += sum.documents + pending.statistics().documents;
  statistics->tokens += sum.tokens + pending.statistics().tokens;
  return {};
}

/// Prepares a query that make_query() or a QueryBuilder has just made. From then on it depends on
/// no page and no model, only on the memory that it points to and the bytes of its terms.
template <PageStore S>
Status prepare(S& store, const Model& model, Arena arena, Query* query) {
  TextStatistics statistics;
  VECEXT_TRY(count_terms(store, model, true, arena, query, &statistics));
  set_weights(query, model.bm25(), statistics);
  return {};
}

}  // namespace vecext::postings
