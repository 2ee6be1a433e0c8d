// Comparing all nodes of a graph by their codes, and by their rerank vectors those that may be the
// nearest. A search ends so once it has visited as many nodes as this costs: far from all rows,
// every node is within its limit.
#pragma once

#include "core/graph/search/filtered_code_scan.h"
#include "core/graph/search/list_probe.h"

namespace vecext {

/// True if the nodes of all parts are in lists.
inline bool can_scan_all(const GraphModel& model) {
  return model.lists[kMain].count > 0 &&
         (model.meta.parts[kDelta].chain == 0 || model.lists[kDelta].count > 0);
}

/// The visits of a search that cost as much as comparing all nodes; infinite if it cannot do that.
inline double most_visits(const GraphModel& model) {
  return can_scan_all(model) ? visits_of_full_scan(model) : HUGE_VAL;
}

/// Adds the nodes of a block that may be near. False: out of memory.
bool scan_block(const GraphSearch& search, const kernel::EstimateTerms& terms,
                const NodeBlock<const std::byte>& block, RerankQueue* near);

/// Compares all nodes, for the k nearest; `removed` as in rerank_queued().
template <PageStore S>
Status scan_all_codes(S& store, const GraphSearch& search, std::int64_t k, std::int64_t* removed) {
  const GraphModel& model = search.model;
  RerankQueue near(search.found->arena());
  const std::int64_t most = std::max<std::int64_t>(model.nodes(), 1);
  if (!near.reset(static_cast<std::int32_t>(std::min(k, most)), 0)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  for (const Part part : kParts) {
    for (std::uint32_t list = 0; list < model.lists[part].count; ++list) {
      const NearList at{center_score(model, search.query, part, list), list};
      const kernel::EstimateTerms terms =
          list_terms(model, search.query, part, at, kCodeScanWidth);
      if (list + 1 < model.lists[part].count) {
        prefetch_list(store, model, part, list + 1);
      }
      const Status status =
          visit_blocks(store, search, part, list, [&](const NodeBlock<const std::byte>& block) {
            return scan_block(search, terms, block, &near)
                       ? Status{}
                       : Status{.code = StatusCode::kOutOfMemory};
          });
      if (!status.ok()) {
        return status;
      }
    }
  }
  return rerank_queued(store, search, 0, &near, removed);
}

}  // namespace vecext
