// The k documents of an index of texts that score highest for some terms.
#pragma once

#include "core/result/candidates.h"
#include "core/text/search/pending_scan.h"
#include "core/text/search/segment_search.h"

namespace vecext::text {

struct SearchRequest {
  const Term* terms;  // with duplicates, which count as often as they are there
  std::uint32_t count;
  std::int32_t k;  // at least 1
  RowFilter filter;
  bool prunes = true;
};

/// Where all terms of a query are in all segments.
template <PageStore S>
Status find_terms(S& store, const Model& model, Query* query, TermEntry* entries) {
  for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
    for (std::uint32_t j = 0; j < query->count; ++j) {
      TermEntry* entry = entries + std::size_t{i} * query->count + j;
      bool is_found;
      const Status status =
          find_term(store, model.segments[i], query->terms[j].term, entry, &is_found);
      if (!status.ok()) {
        return status;
      }
      if (!is_found) {
        *entry = {};
      }
      query->terms[j].df += entry->df;
    }
  }
  return {};
}

/// Adds what was found to `found`, with their rows.
template <PageStore S>
Status add_found(S& store, const Model& model, const Query& query, const PendingScan& pending,
                 TopDocuments* top, Arena arena, Candidates* found) {
  const std::int32_t count = top->count();
  auto* documents = arena.array<FoundDocument>(static_cast<std::size_t>(count));
  if (documents == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  std::copy_n(top->begin(), count, documents);
  for (std::int32_t i = 0; i < count; ++i) {
    const FoundDocument& document = documents[i];
    RowId row = kNoRow;
    Status status;
    if (document.segment == kPendingSegment) {
      row = pending.document(document.document).row;
    } else {
      status = find_row(store, model.segments[document.segment], document.document, &row);
    }
    const double distance = -query.unit * document.score;
    if (status.ok() && !found->add(distance, distance, row)) {
      status = {.code = StatusCode::kOutOfMemory};
    }
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

/// The numbers of the segments, the largest first: its documents raise the limit for the others.
void order_segments(const Model& model, std::uint32_t* order);

/// Adds the k documents of the highest scores to `found`, which the caller has reset, as far as
/// there are matches; a bound is the negative score, and exact. kStale: the model is not current.
template <PageStore S>
Status search(S& store, const Model& model, const SearchRequest& request, Candidates* found,
              SearchCounts* counts) {
  const Arena arena = found->arena();
  if (const Status status = check_current(store, model); !status.ok()) {
    return status;
  }
  Query query;
  TopDocuments top;
  Window window{};
  const std::uint32_t segments = model.meta.segments;
  if (!make_query(request.terms, request.count, arena, &query) || !top.reset(request.k, arena) ||
      !window.take_memory(arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  auto* entries = arena.array<TermEntry>(std::size_t{segments} * query.count);
  auto* order = arena.array<std::uint32_t>(segments);
  PendingScan pending(&query, arena);
  const bool lists_set = request.filter.has_set() && request.filter.each != nullptr;
  if (entries == nullptr || order == nullptr || !pending.begin()) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Status status = scan_pending(store, model, &pending, counts);
  if (status.ok()) {
    status = find_terms(store, model, &query, entries);
  }
  if (!status.ok()) {
    return status;
  }
  TextStatistics statistics = model.statistics();
  statistics.documents += pending.statistics().documents;
  statistics.tokens += pending.statistics().tokens;
  set_weights(&query, model.bm25(), statistics);
  pending.score(request.filter, &top);
  order_segments(model, order);
  for (std::uint32_t i = 0; i < segments && status.ok(); ++i) {
    const Segment& segment = model.segments[order[i]];
    DocumentBits bits;
    if (lists_set) {
      if (!bits.reset(segment, arena)) {
        return {.code = StatusCode::kOutOfMemory};
      }
      SetDocuments<S> documents(store, segment, &bits);
      status = documents.run(request.filter, arena);
      if (!status.ok()) {
        return status;
      }
    }
    const SegmentQuery of{query,
                          segment,
                          order[i],
                          lists_set ? &bits : nullptr,
                          request.filter.has_set() && !lists_set ? &request.filter : nullptr,
                          request.prunes};
    SegmentSearch<S> search(store, of, &window, &top, counts);
    search.set_growth(
        bound_growth(segment.bm25(), segment.entry.average, model.bm25(), statistics.average()));
    status = search.run(entries + std::size_t{order[i]} * query.count, arena);
  }
  return status.ok() ? add_found(store, model, query, pending, &top, arena, found) : status;
}

}  // namespace vecext::text
