// Looking at the codes of a set's nodes one by one, where these are few of all nodes: fewer lines
// of memory are read than by whole blocks (set_sweep.h).
#pragma once

#include <bit>

#include "core/base/bursts.h"
#include "core/graph/gathered_codes.h"
#include "core/graph/graph_visit.h"
#include "core/graph/set_codes.h"

namespace vecext {

/// Gathers the records of a page whose nodes are marked.
Status gather_page(const NodeRecordsLayout& layout, const MarkedPage& marked, const std::byte* page,
                   GatheredCodes* gathered);

/// Has what that needs fetched.
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

/// Adds the nodes of a part that are marked and may be near.
template <PageStore S>
Status gather_part(S& store, const GraphSearch& search, Part part, BoundedNodes* near) {
  constexpr std::uint32_t kBurst = Bursts::kBurst;
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
  // Those found, from the one looked at on; some of them are on their way.
  MarkedPage ahead[2 * kBurst];
  std::uint32_t found = 0;
  std::int32_t i = 0;
  const auto find_more = [&] {
    const std::uint32_t before = found;
    while (i < pages && found < before + kBurst) {
      found += mark_page(codes, codes.records, of_page, i++, marks, &ahead[found % (2 * kBurst)]);
    }
    for (std::uint32_t j = before; j < found; ++j) {
      prefetch_marked(store, layout, ahead[j % (2 * kBurst)]);
    }
  };
  find_more();
  for (std::uint32_t looked_at = 0; looked_at < found; ++looked_at) {
    if (found - looked_at == kBurst / 2) {
      find_more();
    }
    const MarkedPage& marked = ahead[looked_at % (2 * kBurst)];
    const Status status = store.read(marked.page, [&](const std::byte* bytes) {
      return gather_page(layout, marked, bytes, &gathered);
    });
    if (!status.ok()) {
      return status;
    }
    ++search.counts->pages;
    store.poll();
  }
  search.counts->scored += gathered.count();
  return gathered.score() ? Status{} : Status{.code = StatusCode::kOutOfMemory};
}

}  // namespace vecext
