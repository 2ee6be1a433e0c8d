// Finds the k sparse vectors of an index that have the greatest inner products with a given vector.
#pragma once

#include "core/postings/sparse/sparse_query.h"
#include "core/postings/search/postings_search.h"

namespace vecext::sparse {

struct SparseRequest {
  SparsevecView vector;
  std::int32_t k;  // at least 1
  RowFilter filter;
  bool prunes = true;
};

struct SparseResult {
  /// True if no row of the index has a product below 0. In this case, if a search found fewer than
  /// k rows, the products of all other rows are 0.
  bool has_no_negative = false;
  /// True if products may overflow, so that bounds mean nothing. The search has then found no rows.
  bool may_overflow = false;
};

/// Appends to `found`, which was reset for k, all rows that may be among the k rows with the
/// greatest products, as far as these are above 0. If fewer than k rows have a product above 0, it
/// appends all of these, unless other rows may have a product below 0 (has_no_negative is false):
/// it then appends no rows. The bounds of a candidate are bounds of its negative product. Returns
/// kStale if the model is not current.
template <PageStore S>
Status search(S& store, const postings::Model& model, const SparseRequest& request,
              Candidates* found, postings::SearchCounts* counts, SparseResult* result) {
  VECEXT_TRY(check_current(store, model));
  const Arena arena = found->arena();
  SparseQuery query;
  if (!make_query(request.vector, model.meta.has(kHasNegativeWeights), arena, &query)) {
    return out_of_memory();
  }
  postings::Query* terms = &query.query;
  postings::TopDocuments top;
  postings::PendingScan pending(terms, arena);
  if (!top.reset(request.k, arena) || !pending.begin()) {
    return out_of_memory();
  }
  postings::TermEntry* entries = nullptr;
  Status status = scan_pending(store, model, &pending, counts);
  if (status.ok()) {
    status = find_terms(store, model, *terms, arena, &entries);
  }
  if (!status.ok()) {
    return status;
  }
  pending.add_counts(terms);
  add_counts(model, entries, terms);
  if (!set_units(model.meta.weights, entries, model.meta.segments, arena, &query)) {
    return out_of_memory();
  }
  if (!top.set_slack(terms->slack) || !pending.score(request.filter, &top)) {
    return out_of_memory();
  }
  status = search_segments(
      store, model, *terms, entries,
      {request.filter, postings::kept_documents(model, request.filter), request.prunes}, arena,
      &top, counts);
  if (status.ok()) {
    status = add_found(store, model, *terms, pending, &top, found);
  }
  *result = {!query.is_mixed, query.may_overflow};
  // True if the k-th product is certainly above 0, or no product is below 0. Otherwise a row that
  // was found may have a product below 0, although its bound is above 0, while rows that were not
  // found have the greater product 0.
  const bool is_sure = !query.is_mixed || found->limit() < 0;
  if (status.ok() && (query.may_overflow || !is_sure) && !found->reset(request.k)) {
    status = out_of_memory();
  }
  return status;
}

/// Makes the range of an index admit the weights of a vector. It must be called before the vector
/// is inserted.
template <PageStore S>
Status admit_weights(S& store, const WeightsSeen& seen) {
  auto edit = store.edit();
  std::byte* page;
  Status status = edit.page(kMetaPage, &page);
  if (status.ok()) {
    status = check_text_meta_page(page).in_page(kMetaPage);
  }
  if (!status.ok() || !admit(seen, text_meta_of(page))) {
    edit.abandon();
    return status;
  }
  edit.commit();
  return {};
}

/// Reads the range with which codes of new postings are made. `*has_negative` becomes true if the
/// index has negative weights.
template <PageStore S>
Status read_range(S& store, WeightRange* range, bool* has_negative) {
  return store.read(kMetaPage, [&](const std::byte* page) {
    const Status status = check_text_meta_page(page);
    if (status.ok()) {
      *range = text_meta_of(page)->weights;
      *has_negative = text_meta_of(page)->has(kHasNegativeWeights);
    }
    return status;
  });
}

}  // namespace vecext::sparse
