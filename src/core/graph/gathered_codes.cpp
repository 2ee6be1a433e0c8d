#include "core/graph/gathered_codes.h"

#include <bit>

namespace vecext {

GatheredCodes::GatheredCodes(const GraphModel& model, const GraphQuery& query,
                             const kernel::EstimateTerms& terms, BoundedNodes* near)
    : model_(model),
      query_(query),
      terms_(terms),
      near_(near),
      code_bytes_(model.records_layout().code_bytes),
      stride_((code_bytes_ + kStep - 1) / kStep * kStep) {}

bool GatheredCodes::take(Arena arena) {
  const std::size_t bytes = kBlockLanes * stride_;
  codes_ = arena.array<std::uint8_t>(bytes);
  block_ = arena.array<std::uint8_t>(model_.code_bytes());
  if (codes_ == nullptr || block_ == nullptr) {
    return false;
  }
  __builtin_memset(codes_, 0, bytes);
  return true;
}

bool GatheredCodes::score() {
  make_block(codes_, stride_, model_.layout.groups, block_);
  kernel::BlockScores scores;
  std::uint32_t left = kernel::score_block({block_, a_, b_, query_.table.table,
                                            static_cast<std::size_t>(model_.layout.groups)},
                                           terms_, near_->limit(), &scores) &
                       first_lanes(lanes_);
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
