#include "core/graph/search/full_scan.h"

namespace vecext {

bool scan_block(const GraphSearch& search, const kernel::EstimateTerms& terms,
                const NodeBlock<const std::byte>& block, RerankQueue* near) {
  kernel::BlockScores scores;
  std::uint32_t lanes = kernel::score_block(scored(search.query, search.model, block.codes()),
                                            terms, near->limit(), &scores);
  for (; lanes != 0; lanes &= lanes - 1) {
    const int lane = __builtin_ctz(lanes);
    const NodeId node = block.nodes()[lane];
    if (node != kNoNode && !near->add(node, scores.bounds[lane], scores.estimates[lane])) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext
