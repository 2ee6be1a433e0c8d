#include "core/graph/search/gathered_codes.h"

#include <algorithm>
#include <bit>

namespace vecext {

bool KeptCodes::reserve(const GraphModel& model, std::size_t n, Arena arena) {
  const std::size_t room = blocks_for(n);
  codes = arena.array<std::byte>(room * model.layout.block_bytes());
  blocks = arena.array<Block>(room);
  end[kMain] = end[kDelta] = 0;
  return codes != nullptr && blocks != nullptr;
}

GatheredCodes::GatheredCodes(const GraphModel& model, const GraphQuery& query,
                             const kernel::EstimateTerms& terms, RerankQueue* near)
    : model_(model),
      query_(query),
      terms_(terms),
      near_(near),
      code_bytes_(model.records_layout().code_bytes),
      stride_((code_bytes_ + kStep - 1) / kStep * kStep),
      block_{nullptr, model.code_bytes()} {}

bool GatheredCodes::reserve(Arena arena) {
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

bool GatheredCodes::score_block(const CodeBlock<const std::byte>& block, const NodeId* nodes,
                                std::int32_t lanes) {
  kernel::BlockScores scores;
  std::uint32_t left = first_lanes(lanes) & kernel::score_block(scored_block(query_, model_, block),
                                                                terms_, near_->limit(), &scores);
  for (; left != 0; left &= left - 1) {
    const int lane = std::countr_zero(left);
    if (!near_->add(nodes[lane], scores.bounds[lane], scores.estimates[lane])) {
      return false;
    }
  }
  return true;
}

bool GatheredCodes::score() {
  const std::int32_t lanes = lanes_;
  if (lanes == 0) {
    return true;
  }
  make_block(codes_, stride_, model_.layout.groups, block_.codes());
  lanes_ = 0;
  if (kept_ != nullptr) {
    const std::size_t bytes = model_.layout.block_bytes();
    const std::size_t i = kept_->end[part_]++;
    __builtin_memcpy(kept_->codes + i * bytes, block_.at, bytes);
    std::copy_n(nodes_, lanes, kept_->blocks[i].nodes);
    kept_->blocks[i].lanes = lanes;
  }
  return score_block({block_.at, block_.code_bytes}, nodes_, lanes);
}

bool GatheredCodes::score_kept(const KeptCodes& kept, Part part) {
  for (std::size_t i = kept.begin(part); i < kept.end[part]; ++i) {
    const KeptCodes::Block& block = kept.blocks[i];
    count_ += block.lanes;
    if (!score_block({kept.codes + i * model_.layout.block_bytes(), block_.code_bytes}, block.nodes,
                     block.lanes)) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext
