// Visits all documents that a query is true of, without scores.
#pragma once

#include "core/base/scratch_arena.h"
#include "core/postings/search/tree_documents.h"

namespace vecext::postings {

/// Calls `visit` for the rows of the documents whose bits are set, page by page.
template <PageStore S, class Visit>
Status each_row_of(S& store, const Segment& segment, const DocumentBits& bits, std::byte* copy,
                   const Visit& visit) {
  const std::uint32_t pages = segment.entry.pages[kRowPages];
  for (std::uint32_t place = 0; place < pages; ++place) {
    const DocumentId first = segment.row_places[place].document;
    const DocumentId end =
        place + 1 < pages ? segment.row_places[place + 1].document : segment.entry.documents;
    if (!has_bit(bits.words, first, std::min(end, segment.entry.documents))) {
      continue;
    }
    const Status status =
        read_part(store, segment, kRowPages, place, [&](const std::byte* page) -> Status {
          __builtin_memcpy(copy, page, kPageSize);
          return {};
        });
    if (!status.ok()) {
      return status;
    }
    if (!visit_rows(copy, bits, visit)) {
      return corrupt();
    }
    store.poll();
  }
  return {};
}

/// Clears the bits of documents that were removed.
template <PageStore S>
Status keep_living(S& store, const Segment& segment, DocumentBits* bits) {
  for (std::uint32_t i = 0; i < segment.entry.pages[kLivePages]; ++i) {
    VECEXT_TRY(read_part(store, segment, kLivePages, i, [&](const std::byte* page) -> Status {
      constexpr std::size_t kWords = kLiveDocuments / 64;
      const std::size_t all = std::size_t{segment.windows()} * kWindowWords;
      const std::uint64_t* live = live_words(page);
      for (std::size_t j = 0; j < kWords && i * kWords + j < all; ++j) {
        bits->words[i * kWords + j] &= live[j];
      }
      return {};
    }));
  }
  return {};
}

/// Calls visit(RowId) for each document that the query is true of and whose row the filter is true
/// of: first for the rows of each segment in their order, then for pending rows in no order. No
/// page is held during these calls. Returns kStale if the model is not current. In this case
/// `visit` was called for none, or for some, of the rows that VACUUM has not removed.
template <PageStore S, class Visit>
Status each_match(S& store, const Model& model, const Query& query, const RowFilter& filter,
                  Arena arena, SearchCounts* counts, const Visit& visit) {
  PendingScan pending(&query, arena);
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr || !pending.begin()) {
    return out_of_memory();
  }
  VECEXT_TRY(check_current(store, model));
  TermEntry* entries;
  Status status = scan_pending(store, model, &pending, counts);
  if (status.ok()) {
    status = find_terms(store, model, query, arena, &entries);
  }
  const bool lists_set = filter.has_set() && filter.each != nullptr;
  ScratchArena of_segment(arena);
  for (std::uint32_t i = 0; i < model.meta.segments && status.ok(); ++i) {
    const Segment& segment = model.segments[i];
    of_segment.reset();
    DocumentBits bits;
    DocumentBits set;
    if (!bits.reset(segment, of_segment.arena()) ||
        (lists_set && !set.reset(segment, of_segment.arena()))) {
      return out_of_memory();
    }
    if (lists_set) {
      status = SetDocuments<S>(store, segment, &set).run(filter, of_segment.arena());
    }
    if (status.ok()) {
      TreeDocuments<S> tree(store, segment, query, entries + std::size_t{i} * query.all,
                            of_segment.arena());
      status = tree.run(lists_set ? &set : nullptr, &bits);
    }
    if (status.ok() && segment.has_removed()) {
      status = keep_living(store, segment, &bits);
    }
    if (status.ok()) {
      status = each_row_of(store, segment, bits, copy, [&](RowId row) {
        if (lists_set || filter.may_match(row)) {
          visit(row);
        }
      });
    }
  }
  if (status.ok()) {
    pending.each_match(filter, visit);
  }
  return status;
}

}  // namespace vecext::postings
