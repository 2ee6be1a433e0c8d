// Codes of single nodes (core/page/node_records_page.h), gathered to full blocks and scored as
// such: a search for few rows of a graph reads only their codes, and scores no other lanes. The
// blocks can be kept with a set that later searches are for.
#pragma once

#include "core/graph/search/rerank_queue.h"
#include "core/graph/search/graph_query.h"

namespace vecext {

/// The blocks of all nodes of a set, as searches have gathered them.
struct KeptCodes {
  struct Block {
    NodeId nodes[kBlockLanes];
    std::int32_t lanes;  // in use
  };

  std::byte* codes;  // of each block: codes and factors
  Block* blocks;
  std::size_t end[2];  // of the blocks of each part; those of the delta graph come last

  std::size_t begin(Part part) const { return part == kMain ? 0 : end[kMain]; }

  /// Room for the blocks of n nodes; false: out of memory.
  bool reserve(const GraphModel& model, std::size_t n, Arena arena);

  static std::size_t bytes_for(const GraphModel& model, std::size_t n) {
    return blocks_for(n) * (model.layout.block_bytes() + sizeof(Block));
  }

 private:
  /// The last block of each part may be filled in part.
  static std::size_t blocks_for(std::size_t n) { return n / kBlockLanes + 2; }
};

class GatheredCodes {
 public:
  /// Adds nodes that may be near to `near`. All arguments must live as long as this object.
  GatheredCodes(const GraphModel& model, const GraphQuery& query,
                const kernel::EstimateTerms& terms, RerankQueue* near);

  /// Keeps the blocks of a part, too, behind those kept so far. They must have room.
  void keep(Part part, KeptCodes* kept) {
    kept_ = kept;
    part_ = part;
  }

  /// False: out of memory.
  bool reserve(Arena arena);

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

  /// Scores the blocks that are kept of a part. False: out of memory.
  bool score_kept(const KeptCodes& kept, Part part);

  /// How many nodes were added.
  std::int64_t count() const { return count_; }

 private:
  static constexpr std::size_t kStep = NodeRecordsLayout::kStep;

  bool score_block(const CodeBlock<const std::byte>& block, const NodeId* nodes,
                   std::int32_t lanes);

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
  KeptCodes* kept_ = nullptr;
  Part part_ = kMain;
};

}  // namespace vecext
