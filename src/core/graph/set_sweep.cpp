#include "core/graph/set_sweep.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/page/node_codes_page.h"

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

void mark_page(const NodeCodes& codes, std::int32_t of_page, std::int32_t i, const BitSet& marks,
               MarkedPage* marked) {
  const std::int32_t first = i * of_page;
  const std::int32_t blocks = std::min(of_page, codes.blocks - first);
  std::uint32_t unordered = 0;
  std::uint32_t any = 0;
  for (std::int32_t block = 0; block < blocks; ++block) {
    const NodeId node = codes.first[first + block];
    const bool is_unordered = node == kNoNode;
    unordered |= std::uint32_t{is_unordered} << block;
    marked->lanes[block] =
        is_unordered ? first_lanes(kBlockLanes) : marked_lanes(codes, first + block, marks);
    any |= marked->lanes[block];
  }
  marked->page = codes.pages[i];
  marked->blocks = blocks;
  marked->is_any = any != 0;
  marked->unordered = unordered;
}

Status sweep_page(const GraphSearch& search, const kernel::EstimateTerms& terms,
                  const MarkedPage& marked, const std::byte* page, BoundedNodes* near) {
  const GraphModel& model = search.model;
  const BitSet& marks = search.set_nodes->marks();
  if (const Status sound = check_node_codes_page(page, model.code_bytes()); !sound.ok()) {
    return sound;
  }
  const std::int32_t blocks = std::min<std::int32_t>(marked.blocks, page_head(page)->rows);
  for (std::int32_t i = 0; i < blocks; ++i) {
    if (marked.lanes[i] == 0) {
      continue;
    }
    const auto block = node_block(page, model.code_bytes(), i);
    const std::uint32_t lanes =
        (marked.unordered >> i & 1) != 0 ? marked_lanes(marks, block.nodes()) : marked.lanes[i];
    search.counts->scored += std::popcount(lanes);
    kernel::BlockScores scores;
    std::uint32_t left = lanes & kernel::score_block(scored(search.query, model, block.codes()),
                                                     terms, near->limit(), &scores);
    for (; left != 0; left &= left - 1) {
      const int lane = std::countr_zero(left);
      if (!near->add(block.nodes()[lane], scores.bounds[lane], scores.estimates[lane])) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
  }
  return {};
}

}  // namespace vecext
