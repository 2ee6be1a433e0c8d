// Looking at the codes of a set's nodes one by one, where these are few of all nodes: fewer lines
// of memory are read than by whole blocks (set_sweep.h).
#pragma once

#include <bit>

#include "core/graph/gathered_codes.h"
#include "core/graph/graph_visit.h"
#include "core/graph/set_codes.h"

namespace vecext {

/// Gathers the records of a page whose nodes are marked.
Status gather_page(const NodeRecordsLayout& layout, const MarkedPage& marked, const std::byte* page,
                   GatheredCodes* gathered);

/// Has what that needs fetched; returns how many lines that is.
template <PageStore S>
std::int32_t prefetch_marked(S& store, const NodeRecordsLayout& layout, const MarkedPage& marked) {
  constexpr std::size_t kLine = 64;
  std::int32_t lines = 2;
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
        lines += static_cast<std::int32_t>((end - from) / kLine);
      }
    }
  }
  return lines;
}

/// Adds the nodes of a part that are marked and may be near.
template <PageStore S>
Status gather_part(S& store, const GraphSearch& search, Part part, BoundedNodes* near) {
  // Pages, and lines of them, that are on their way while one is looked at.
  constexpr std::uint32_t kPagesAhead = 8;
  constexpr std::int32_t kLinesAhead = 64;
  const GraphModel& model = search.model;
  const BitSet& marks = search.set_nodes->marks();
  const NodeCodes& codes = model.codes[part];
  const NodeRecordsLayout layout = model.records_layout();
  const std::int32_t of_page = layout.of_page() / kBlockLanes;
  const std::int32_t pages = (codes.blocks + of_page - 1) / of_page;
  GatheredCodes gathered(model, search.query, sweep_terms(model, search.query, part), near);
  if (!gathered.take(search.found->arena())) {
    return {.code = StatusCode::kOutOfMemory};
  }
  MarkedPage ahead[kPagesAhead];
  std::int32_t lines[kPagesAhead];
  std::int32_t lines_ahead = 0;
  std::uint32_t found = 0;
  std::int32_t i = 0;
  for (std::uint32_t looked_at = 0;; ++looked_at) {
    while (i < pages && found - looked_at < kPagesAhead && lines_ahead < kLinesAhead) {
      const std::uint32_t at = found % kPagesAhead;
      if (mark_page(codes, codes.records, of_page, i++, marks, &ahead[at])) {
        lines[at] = prefetch_marked(store, layout, ahead[at]);
        lines_ahead += lines[at];
        ++found;
      }
    }
    if (looked_at == found) {
      break;
    }
    const MarkedPage& marked = ahead[looked_at % kPagesAhead];
    const Status status = store.read(marked.page, [&](const std::byte* bytes) {
      return gather_page(layout, marked, bytes, &gathered);
    });
    if (!status.ok()) {
      return status;
    }
    lines_ahead -= lines[looked_at % kPagesAhead];
    ++search.counts->pages;
    store.poll();
  }
  search.counts->scored += gathered.count();
  return gathered.score() ? Status{} : Status{.code = StatusCode::kOutOfMemory};
}

}  // namespace vecext
