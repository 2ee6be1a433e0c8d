// Finds the k documents of an index that score highest for some terms.
#pragma once

#include "core/base/scratch_arena.h"
#include "core/result/candidates.h"
#include "core/postings/search/document_rows.h"
#include "core/postings/search/pending_documents.h"
#include "core/postings/search/segment_search.h"
#include "core/postings/search/tree_documents.h"

namespace vecext::postings {

struct TextRequest {
  const Term* terms;  // may repeat; a term that is there n times counts n times
  std::uint32_t count;
  std::int32_t k;  // at least 1
  RowFilter filter;
  bool prunes = true;
  /// A prepared query that is used instead of `terms`, or null. As it already has weights, all
  /// searches with it give a document the same score. A search finds only documents for which the
  /// query's tree is true and which have a term that scores.
  const Query* prepared = nullptr;
};

/// A query, and the places of its terms in all segments.
struct OpenQuery {
  Query own;           // used if the query was not prepared
  const Query* query;  // the query, with weights
  TermEntry* entries;  // query->all entries for each segment
};

/// Reads pending documents into `*pending`, which was made for open->query, and looks up the
/// query's terms in all segments. A query that is not prepared gets its weights.
template <PageStore S>
Status open_query(S& store, const Model& model, Arena arena, OpenQuery* open, PendingScan* pending,
                  SearchCounts* counts) {
  VECEXT_TRY(scan_pending(store, model, pending, counts));
  VECEXT_TRY(find_terms(store, model, *open->query, arena, &open->entries));
  if (open->query == &open->own) {
    pending->add_counts(&open->own);
    add_counts(model, open->entries, &open->own);
    TextStatistics statistics = model.statistics();
    statistics.documents += pending->statistics().documents;
    statistics.tokens += pending->statistics().tokens;
    set_weights(&open->own, model.bm25(), statistics);
  }
  return {};
}

/// Finds the documents of a segment whose rows are in the filter's set. The filter must be able to
/// list its rows. `kept` is what the set keeps of the segment, or null. If it is not null, `*bits`
/// refers to it, and is valid as long as the set's memory.
template <PageStore S>
Status find_rows(S& store, const Segment& segment, const RowFilter& filter, KeptDocuments* kept,
                 Arena arena, DocumentBits* bits) {
  if (kept != nullptr && kept->is_made) {
    *bits = kept->bits;
    return {};
  }
  if (kept != nullptr && kept->bits.words != nullptr) {
    *bits = kept->bits;  // a search was canceled while it made these
    bits->clear(segment);
  } else if (!bits->reset(segment, kept != nullptr ? filter.memory->arena : arena)) {
    return out_of_memory();
  }
  if (kept != nullptr) {
    kept->bits = *bits;
  }
  const Status status = SetDocuments<S>(store, segment, bits).run(filter, arena);
  if (kept != nullptr) {
    kept->is_made = status.ok();
  }
  return status;
}

/// Says which documents a search may find.
struct SearchSet {
  const RowFilter& filter;
  KeptDocuments* kept;  // by segment; may be null
  bool prunes;          // SegmentQuery::prunes

  bool lists_rows() const { return filter.has_set() && filter.each != nullptr; }
  /// True if the filter can list its rows and they are fewer than a quarter of `documents`.
  bool has_few(std::uint64_t documents) const {
    constexpr std::uint64_t kEach = 4;
    return lists_rows() && static_cast<std::uint64_t>(filter.set_rows) < documents / kEach;
  }
};

/// Finds the documents of segment `number` that a search may find, as far as the query's tree and
/// the filter can list them.
template <PageStore S>
Status find_set(S& store, const Segment& segment, std::uint32_t number, const SearchSet& of,
                const Query& query, const TermEntry* entries, Arena arena, DocumentBits* set) {
  DocumentBits rows;
  if (of.lists_rows()) {
    KeptDocuments* kept = of.kept == nullptr ? nullptr : of.kept + number;
    const Status status = find_rows(store, segment, of.filter, kept, arena, &rows);
    if (!status.ok() || query.tree == nullptr) {
      *set = rows;
      return status;
    }
  }
  if (!set->reset(segment, arena)) {
    return out_of_memory();
  }
  return TreeDocuments<S>(store, segment, query, entries, arena)
      .run(of.lists_rows() ? &rows : nullptr, set);
}

/// Calls visit(document, row) for documents found in segments, which are sorted by segment and
/// document. Each page of rows is read once.
template <PageStore S, class Visit>
Status each_row_found(S& store, const Model& model, const FoundDocument* documents,
                      std::size_t count, const Visit& visit) {
  for (std::size_t i = 0; i < count;) {
    const Segment& segment = model.segments[documents[i].segment];
    const std::uint32_t number = documents[i].segment;
    const std::uint32_t place = row_page_of(segment, documents[i].document);
    const DocumentId end = place + 1 < segment.entry.pages[kRowPages]
                               ? segment.row_places[place + 1].document
                               : kMostDocuments;
    const Status status =
        read_part(store, segment, kRowPages, place, [&](const std::byte* page) -> Status {
          std::uint32_t entry = 0;
          do {
            RowId row;
            if (!row_on_page(page, documents[i].document, &entry, &row)) {
              return corrupt();
            }
            if (!visit(documents[i], row)) {
              return out_of_memory();
            }
            ++i;
          } while (i < count && documents[i].segment == number && documents[i].document < end);
          return {};
        });
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

/// Appends the documents of `*top` to `*found`, with their rows.
template <PageStore S>
Status add_found(S& store, const Model& model, const Query& query, const PendingScan& pending,
                 TopDocuments* top, Candidates* found) {
  FoundDocument* documents;
  std::size_t count;
  if (!top->documents(&documents, &count)) {
    return out_of_memory();
  }
  const auto is_before = [](const FoundDocument& a, const FoundDocument& b) {
    return a.segment != b.segment ? a.segment < b.segment : a.document < b.document;
  };
  if (!std::is_sorted(documents, documents + count, is_before)) {
    std::sort(documents, documents + count, is_before);
  }
  const auto add = [&](const FoundDocument& document, RowId row) {
    const double bound = -query.unit * document.score;
    const double upper =
        query.slack.is_exact() ? bound : -query.unit * query.slack.lower(document.score);
    return found->add(bound - query.slack.margin, upper + query.slack.margin, row);
  };
  // Pending documents come last.
  while (count > 0 && documents[count - 1].segment == kPendingSegment) {
    --count;
    if (!add(documents[count], pending.document(documents[count].document).row)) {
      return out_of_memory();
    }
  }
  return each_row_found(store, model, documents, count, add);
}

/// Sets `order` to the numbers of the segments, the largest segment first. Its many documents raise
/// the limit early, so that less is read of the other segments.
void order_segments(const Model& model, std::uint32_t* order);

/// Adds the best documents of all segments to `*top`, reading the largest segment first. It is the
/// part of search() that follows once the query has weights. `entries` says where the query's terms
/// are (find_terms()).
template <PageStore S>
Status search_segments(S& store, const Model& model, const Query& query, const TermEntry* entries,
                       const SearchSet& searched, Arena arena, TopDocuments* top,
                       SearchCounts* counts) {
  Window window{};
  const std::uint32_t segments = model.meta.segments;
  auto* order = arena.array<std::uint32_t>(segments);
  if (order == nullptr || !window.reserve_memory(arena)) {
    return out_of_memory();
  }
  order_segments(model, order);
  const std::uint64_t documents = model.statistics().documents;
  const RowFilter& filter = searched.filter;
  const bool has_bits = searched.lists_rows() || query.tree != nullptr;
  ScratchArena of_segment(arena);
  for (std::uint32_t i = 0; i < segments && query.count > 0; ++i) {
    of_segment.reset();
    const Segment& segment = model.segments[order[i]];
    const TermEntry* own = entries + std::size_t{order[i]} * query.all;
    DocumentBits bits;
    if (has_bits) {
      VECEXT_TRY(
          find_set(store, segment, order[i], searched, query, own, of_segment.arena(), &bits));
    }
    const SegmentQuery of{query,
                          segment,
                          order[i],
                          has_bits ? &bits : nullptr,
                          filter.has_set() && !searched.lists_rows() ? &filter : nullptr,
                          searched.prunes,
                          searched.has_few(documents)};
    SegmentSearch<S> search(store, of, &window, top, counts);
    search.set_growth(bound_growth(segment.bm25(), segment.entry.average, query.bm25,
                                   query.statistics.average()));
    VECEXT_TRY(search.run(own, of_segment.arena()));
  }
  return {};
}

/// Appends the k documents with the highest scores to `found`, or all that match if there are
/// fewer. The caller has reset `found`. Both bounds of a candidate are its negative score, which is
/// exact. Returns kStale if the model is not current.
template <PageStore S>
Status search(S& store, const Model& model, const TextRequest& request, Candidates* found,
              SearchCounts* counts) {
  const Arena arena = found->arena();
  VECEXT_TRY(check_current(store, model));
  OpenQuery open;
  open.query = request.prepared;
  if (open.query == nullptr) {
    if (!make_query(request.terms, request.count, arena, &open.own)) {
      return out_of_memory();
    }
    open.query = &open.own;
  }
  const Query& query = *open.query;
  TopDocuments top;
  PendingScan pending(&query, arena);
  if (!top.reset(request.k, arena) || !pending.begin()) {
    return out_of_memory();
  }
  VECEXT_TRY(open_query(store, model, arena, &open, &pending, counts));
  VECEXT_TRY(
      pending.score(request.filter, &top)
          ? search_segments(store, model, query, open.entries,
                            {request.filter, kept_documents(model, request.filter), request.prunes},
                            arena, &top, counts)
          : out_of_memory());
  return add_found(store, model, query, pending, &top, found);
}

}  // namespace vecext::postings
