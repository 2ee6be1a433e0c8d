#include "core/graph/search/gathered_codes.h"

#include <bit>

namespace vecext {

GatheredCodes::GatheredCodes(const GraphModel& model, const GraphQuery& query,
                             const kernel::EstimateTerms& terms, RerankQueue* near)
    : model_(model),
      query_(query),
      terms_(terms),
      near_(near),
      code_bytes_(model.records_layout().code_bytes),
      stride_((code_bytes_ + kStep - 1) / kStep * kStep),
      block_{nullptr, model.code_bytes()} {}

bool GatheredCodes::take(Arena arena) {
  const std::size_t bytes = kBlockLanes * stride_;
  codes_ = arena.array<std::uint8_t>(bytes);
  block_.at = arena.array<std::byte>(model_.layout.block_bytes());
  if (codes_ == nullptr || block_.at == nullptr) {
    return false;
  }
  __builtin_memset(codes_, 0, bytes);
  __builtin_memset(block_.at, 0, model_.layout.block_bytes());
  return true;
}

bool GatheredCodes::score() {
  make_block(codes_, stride_, model_.layout.groups, block_.codes());
  kernel::BlockScores scores;
  const CodeBlock<const std::byte> block{block_.at, block_.code_bytes};
  std::uint32_t left =
      first_lanes(lanes_) &
      kernel::score_block(scored_block(query_, model_, block), terms_, near_->limit(), &scores);
  lanes_ = 0;
  for (; left != 0; left &= left - 1) {
    const int lane = std::countr_zero(left);
    if (!near_->add(nodes_[lane], scores.bounds[lane], scores.estimates[lane])) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext
