// Compares the codes of a set's nodes one by one. If only few nodes of the graph are in the set,
// that reads fewer cache lines than comparing whole blocks (filtered_code_scan.h).
#pragma once

#include <bit>

#include "core/base/prefetch_batch.h"
#include "core/graph/search/gathered_codes.h"
#include "core/graph/search/graph_visit.h"
#include "core/graph/search/set_codes.h"

namespace vecext {

/// Gathers the codes of the marked nodes of a page of records.
Status gather_page(const NodeRecordsLayout& layout, const MarkedPage& marked, const std::byte* page,
                   GatheredCodes* gathered);

/// Prefetches the codes of the marked nodes of a page of records.
template <PageStore S>
void prefetch_marked(S& store, const NodeRecordsLayout& layout, const MarkedPage& marked) {
  constexpr std::size_t kLine = 64;
  store.prefetch(marked.page, 0, kPayloadOffset);
  store.prefetch(marked.page, kPayloadEnd, sizeof(PageTail));
  std::size_t end = 0;
  for (std::int32_t block = 0; block < marked.blocks; ++block) {
    for (std::uint32_t left = marked.lanes[block]; left != 0; left &= left - 1) {
      const std::size_t begin = layout.offset(block * kBlockLanes + std::countr_zero(left));
      const std::size_t from = std::max(end, begin / kLine * kLine);
      end = (begin + layout.record_bytes() + kLine - 1) / kLine * kLine;
      if (from < end) {
        store.prefetch(marked.page, from, end - from);
      }
    }
  }
}

/// Adds to `near` the marked nodes of a part that may be near. If `kept` is not null, also keeps
/// the blocks of all marked nodes of the part there.
template <PageStore S>
Status gather_part(S& store, const GraphSearch& search, Part part, RerankQueue* near,
                   KeptCodes* kept = nullptr) {
  const GraphModel& model = search.model;
  const NodeCodes& codes = model.codes[part];
  const NodeRecordsLayout layout = model.records_layout();
  GatheredCodes gathered(model, search.query, record_terms(model, search.query, part), near);
  if (!gathered.reserve(search.found->arena())) {
    return out_of_memory();
  }
  if (kept != nullptr) {
    kept->end[part] = kept->begin(part);
    gathered.keep(part, kept);
  }
  MarkedPages pages(codes, codes.records, layout.of_page() / kBlockLanes,
                    search.set_nodes->marks());
  const auto find = [&](MarkedPage* next) { return pages.next(next); };
  const auto fetch = [&](const MarkedPage& next) { prefetch_marked(store, layout, next); };
  PrefetchQueue<MarkedPage> coming;
  while (const MarkedPage* marked = coming.next(find, fetch)) {
    VECEXT_TRY(store.read(marked->page, [&](const std::byte* bytes) {
      return gather_page(layout, *marked, bytes, &gathered);
    }));
    ++search.counts->pages;
    store.poll();
  }
  search.counts->scored += gathered.count();
  return gathered.score() ? Status{} : out_of_memory();
}

/// Adds to `near` the nodes of a part that may be near, by the codes that were kept.
inline Status score_kept_part(const GraphSearch& search, const KeptCodes& kept, Part part,
                              RerankQueue* near) {
  GatheredCodes gathered(search.model, search.query, record_terms(search.model, search.query, part),
                         near);
  const bool has_memory = gathered.score_kept(kept, part);
  search.counts->scored += gathered.count();
  return has_memory ? Status{} : out_of_memory();
}

}  // namespace vecext
