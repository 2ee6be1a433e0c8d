#include "core/graph/search/filtered_code_scan.h"

#include <algorithm>
#include <bit>

namespace vecext {

namespace {

std::uint32_t marked_lanes(const BitSet& marks, const NodeId* nodes) {
  std::uint32_t lanes = 0;
  for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
    const bool is_marked = marks.contains(nodes[lane]);
    lanes |= std::uint32_t{is_marked} << lane;
  }
  return lanes;
}

}  // namespace

const kernel::EstimateTerms& BlockTerms::of(std::uint32_t block) {
  const NodeLists& lists = model_.lists[part_];
  if (block >= end_) {
    while (next_ < lists.count - 1 && lists.end(next_) <= block) {
      ++next_;
    }
    end_ = lists.end(next_);
    const NearList list{center_score(model_, query_, part_, next_), next_};
    terms_ = list_terms(model_, query_, part_, list, kCodeScanWidth);
  }
  return terms_;
}

Status scan_codes_of_page(const GraphSearch& search, std::uint32_t first, const MarkedPage& marked,
                          const std::byte* page, BlockTerms* terms, RerankQueue* near) {
  const GraphModel& model = search.model;
  const BitSet& marks = search.set_nodes->marks();
  VECEXT_TRY(check_node_codes_page(page, model.code_bytes()));
  const std::int32_t blocks = std::min<std::int32_t>(marked.blocks, page_head(page)->rows);
  for (std::int32_t i = 0; i < blocks; ++i) {
    if (marked.lanes[i] == 0) {
      continue;
    }
    const auto block = node_block(page, model.code_bytes(), i);
    const std::uint32_t lanes =
        marked.first[i] == kNoNode ? marked_lanes(marks, block.nodes()) : marked.lanes[i];
    search.counts->scored += count_bits(lanes);
    kernel::BlockScores scores;
    std::uint32_t left =
        lanes & kernel::score_block(scored_block(search.query, model, block.codes()),
                                    terms->of(first + static_cast<std::uint32_t>(i)), near->limit(),
                                    &scores);
    for (; left != 0; left &= left - 1) {
      const int lane = std::countr_zero(left);
      if (!near->add(block.nodes()[lane], scores.bounds[lane], scores.estimates[lane])) {
        return out_of_memory();
      }
    }
  }
  return {};
}

}  // namespace vecext
