#include "core/graph/set_sweep.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/page/node_codes_page.h"

namespace vecext {

namespace {

constexpr std::size_t kFewest = 1024;

/// How much wider bounds are than those that decide which rows of a cell are looked at
/// (quant/anchor.h): 1.9 standard deviations of an estimate. At 1.6 the tenth nearest of a set is
/// missed twice as often, at 2.5 twice as many own vectors are read (measured, README.md).
constexpr float kWidth = 1.2F;

std::uint32_t marked_lanes(const BitSet& marks, const NodeId* nodes) {
  std::uint32_t lanes = 0;
  for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
    const bool is_marked = marks.contains(nodes[lane]);
    lanes |= std::uint32_t{is_marked} << lane;
  }
  return lanes;
}

bool is_farther(const Waiting& a, const Waiting& b) {
  return a.estimate > b.estimate;
}

}  // namespace

bool BoundedNodes::add(NodeId node, float bound, float estimate) {
  if (std::isfinite(estimate)) {
    const float upper = estimate + (estimate - bound);
    uppers_.push(upper, estimate);
  }
  if (count_ == room_) {
    drop_far();
    if (count_ > room_ / 2 || room_ == 0) {
      if (!reserve(arena_, count_, room_ + 1, kFewest, &room_, &nodes_)) {
        return false;
      }
    }
  }
  nodes_[count_++] = {bound, node};
  return true;
}

void BoundedNodes::drop_far() {
  const float most = limit();
  count_ = static_cast<std::size_t>(
      std::remove_if(nodes_, nodes_ + count_,
                     [most](const Waiting& node) { return node.estimate > most; }) -
      nodes_);
}

void BoundedNodes::prepare() {
  drop_far();
  std::make_heap(nodes_, nodes_ + count_, is_farther);
}

bool BoundedNodes::take(Waiting* node) {
  if (count_ == 0) {
    return false;
  }
  std::pop_heap(nodes_, nodes_ + count_, is_farther);
  *node = nodes_[--count_];
  return true;
}

kernel::EstimateTerms sweep_terms(const GraphModel& model, const GraphQuery& query, Part part) {
  kernel::EstimateTerms terms = origin_terms(model, query, model.meta.parts[part].entry_scale);
  terms.slack *= kWidth;
  return terms;
}

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
    marked->lanes[block] = is_unordered ? first_lanes(kBlockLanes) : marks.from(node);
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
