// Codes of single nodes (core/page/node_records_page.h), gathered to full blocks and scored as
// such: a search for few rows of a graph reads only their codes, and scores no other lanes.
#pragma once

#include "core/graph/search/rerank_queue.h"
#include "core/graph/search/graph_query.h"

namespace vecext {

class GatheredCodes {
 public:
  /// Adds nodes that may be near to `near`. All arguments must live as long as this object.
  GatheredCodes(const GraphModel& model, const GraphQuery& query,
                const kernel::EstimateTerms& terms, RerankQueue* near);

  /// False: out of memory.
  bool take(Arena arena);

  /// Adds a node by its record on a page. False: out of memory.
  bool add(const std::byte* record, NodeId node) {
    std::uint8_t* code = codes_ + static_cast<std::size_t>(lanes_) * stride_;
    for (std::size_t i = 0; i < stride_; i += kStep) {
      __builtin_memcpy(code + i, record + i, kStep);
    }
    __builtin_memcpy(block_.a() + lanes_, record + code_bytes_, sizeof(Half));
    __builtin_memcpy(block_.b() + lanes_, record + code_bytes_ + sizeof(Half), sizeof(Half));
    nodes_[lanes_] = node;
    ++count_;
    return ++lanes_ < kBlockLanes || score();
  }

  /// Scores the nodes that have not been scored yet. False: out of memory.
  bool score();

  /// How many nodes were added.
  std::int64_t count() const { return count_; }

 private:
  static constexpr std::size_t kStep = NodeRecordsLayout::kStep;

  const GraphModel& model_;
  const GraphQuery& query_;
  const kernel::EstimateTerms terms_;
  RerankQueue* const near_;
  const std::size_t code_bytes_;
  const std::size_t stride_;  // code_bytes_, rounded up to whole steps
  std::int64_t count_ = 0;
  std::int32_t lanes_ = 0;         // in use
  std::uint8_t* codes_ = nullptr;  // of each lane
  CodeBlock<std::byte> block_;     // the same in FastScan order, and factors
  NodeId nodes_[kBlockLanes];
};

}  // namespace vecext
