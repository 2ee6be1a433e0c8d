#include "core/graph/graph_search.h"

#include <algorithm>

#include "core/quant/anchor.h"

namespace vecext {

kernel::EstimateTerms origin_terms(const GraphModel& model, const GraphQuery& query) {
  const double squared = query.own.norm * query.own.norm;
  const double key = model.metric() == Metric::kInnerProduct ? query.own.shift : squared;
  kernel::EstimateTerms terms = estimate_terms(model, query, model.meta.entry_scale, key, 0);
  terms.slack = bound_slack(model.codec, query.table, static_cast<float>(squared));
  return terms;
}

bool start_at_entries(const GraphModel& model, const GraphQuery& query, std::int32_t wanted,
                      GraphWorkspace* work) {
  const kernel::ScanKernels& scan = kernel::active().scan;
  const kernel::EstimateTerms terms = origin_terms(model, query);
  Waiting starts[kMaxEntries];
  std::int32_t count = 0;
  for (std::int32_t i = 0; i < model.entry_block_count(); ++i) {
    const auto block = model.entry_block(i);
    alignas(64) std::uint32_t sums[kBlockLanes];
    alignas(64) float estimates[kBlockLanes];
    alignas(64) float bounds[kBlockLanes];
    scan.sum_codes(block.codes(), query.table.table, static_cast<std::size_t>(model.layout.groups),
                   sums);
    scan.estimate(sums, block.a(), block.b(), terms, 0, estimates, bounds);
    for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
      const NodeId node = model.entries[i * kBlockLanes + lane];
      if (node != kNoNode) {
        starts[count++] = {estimates[lane], node};
      }
    }
  }
  const std::int32_t chosen = std::min(count, wanted);
  std::partial_sort(starts, starts + chosen, starts + count,
                    [](const Waiting& a, const Waiting& b) { return a.estimate < b.estimate; });
  return std::all_of(starts, starts + chosen, [work](const Waiting& start) {
    return work->sight(start.node, start.estimate);
  });
}

}  // namespace vecext
