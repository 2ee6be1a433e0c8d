// Compares the codes of all nodes of a set's rows, which lie in blocks by the order of nodes, then
// the rerank vectors of the nodes that may be the nearest. A search for the rows of a set does this
// if a traversal would take longer. The time does not depend on how near the set lies to the query.
#pragma once

#include "core/graph/search/pending_scan.h"
#include "core/graph/search/filtered_code_gather.h"
#include "core/graph/search/vector_scan.h"
#include "core/graph/search/near_lists.h"

namespace vecext {

/// The terms of estimates for the codes of blocks, block after block.
class BlockTerms {
 public:
  BlockTerms(const GraphModel& model, const GraphQuery& query, Part part)
      : model_(model), query_(query), part_(part) {}

  /// Returns the terms for block number `block`, which must not be less than at the last call.
  const kernel::EstimateTerms& of(std::uint32_t block);

 private:
  const GraphModel& model_;
  const GraphQuery& query_;
  const Part part_;
  std::uint32_t next_ = 0;  // the next list
  std::uint32_t end_ = 0;   // the terms are for the blocks before this one
  kernel::EstimateTerms terms_{};
};

/// Adds to `near` the marked nodes of a page of codes that may be near. The first block of the page
/// has number `first`.
Status scan_codes_of_page(const GraphSearch& search, std::uint32_t first, const MarkedPage& marked,
                          const std::byte* page, BlockTerms* terms, RerankQueue* near);

/// Adds to `near` the marked nodes of a part that may be near.
template <PageStore S>
Status scan_codes_of_part(S& store, const GraphSearch& search, Part part, RerankQueue* near) {
  const GraphModel& model = search.model;
  const NodeCodes& codes = model.codes[part];
  BlockTerms terms(model, search.query, part);
  MarkedPages pages(codes, codes.pages, NodeBlock<std::byte>::of_page(model.code_bytes()),
                    search.set_nodes->marks());
  const auto find_next = [&](MarkedPage* next) {
    const bool is_any = pages.next(next);
    for (std::int32_t block = 0; is_any && block < next->blocks; ++block) {
      if (next->lanes[block] != 0) {
        store.prefetch(next->page, node_block_offset(model.code_bytes(), block),
                       NodeBlock<std::byte>::scored_bytes(model.code_bytes()));
      }
    }
    return is_any;
  };
  // While a page is scanned, the next page with marked nodes is prefetched.
  MarkedPage ahead[2];
  bool has_next = find_next(&ahead[0]);
  for (std::int32_t turn = 0; has_next; turn = 1 - turn) {
    const MarkedPage& marked = ahead[turn];
    has_next = find_next(&ahead[1 - turn]);
    const auto first = static_cast<std::uint32_t>(marked.first - codes.first);
    VECEXT_TRY(store.read(marked.page, [&](const std::byte* bytes) {
      return scan_codes_of_page(search, first, marked, bytes, &terms, near);
    }));
    ++search.counts->pages;
    store.poll();
  }
  return {};
}

/// Adds to `near` the nodes of the set in both graphs that may be near by their codes. The codes
/// come from what an earlier search has kept of the set. If nothing is kept, they are read from the
/// pages of the index, and kept if search.set_nodes asks for it.
template <PageStore S>
Status scan_codes(S& store, const GraphSearch& search, RerankQueue* near) {
  SetNodes& nodes = *search.set_nodes;
  KeptNodes made{};
  const bool keeps = nodes.is_to_keep_codes();
  if (keeps && !nodes.begin_keeping(&made)) {
    return out_of_memory();
  }
  Status status;
  for (const Part part : kParts) {
    if (search.model.meta.parts[part].chain == 0 || !status.ok()) {
      continue;
    }
    if (nodes.kept_codes() != nullptr) {
      status = score_kept_part(search, *nodes.kept_codes(), part, near);
    } else if (keeps || nodes.are_few()) {
      status = gather_part(store, search, part, near, keeps ? &made.codes : nullptr);
    } else {
      status = scan_codes_of_part(store, search, part, near);
    }
  }
  if (status.ok() && keeps && !nodes.keep(made)) {
    return out_of_memory();
  }
  return status;
}

/// Compares the nodes of the set in both graphs, and keeps the k nearest. Sets *removed to how many
/// of the k nearest have lost their row, or to 0 if the rows found are the nearest in spite of
/// that.
template <PageStore S>
Status scan_codes_of_set(S& store, const GraphSearch& search, std::int64_t k,
                         std::int64_t* removed) {
  const NodeLayout& layout = search.model.layout;
  RerankQueue near(search.found->arena());
  const float rounding = origin_rounding(search.query);
  const std::int64_t removed_before = search.counts->removed;
  *removed = 0;
  const auto most = static_cast<std::int64_t>(search.set_nodes->count());
  if (!near.reset(static_cast<std::int32_t>(std::min(k, most)), rounding)) {
    return out_of_memory();
  }
  VECEXT_TRY(scan_codes(store, search, &near));
  near.prepare();
  const auto pop = [&](QueuedNode* next) { return near.pop(next); };
  const auto fetch = [&](const QueuedNode& next) { prefetch_rerank(store, layout, next.node); };
  PrefetchQueue<QueuedNode> coming;
  while (const QueuedNode* node = coming.next(pop, fetch)) {
    if (node->estimate > search.found->limit() + rounding) {
      return {};
    }
    const Status status =
        scan_nodes(store, search, layout.page_of(node->node), &node->node, 1, visit_nothing);
    if (!status.ok()) {
      return status;
    }
    ++search.counts->pages;
    store.poll();
  }
  *removed = search.counts->removed - removed_before;
  return {};
}

}  // namespace vecext
