// Codes of single nodes (core/page/node_records_page.h), gathered into full blocks and scored in
// blocks. A search for few rows of a graph so reads and scores only the codes of these rows. If
// later searches are for the same set, the blocks can be kept with the set.
#pragma once

#include "core/graph/search/rerank_queue.h"
#include "core/graph/search/graph_query.h"

namespace vecext {

/// The blocks of all nodes of a set, as searches have gathered them.
struct KeptCodes {
  struct Block {
    NodeId nodes[kBlockLanes];
    std::int32_t lanes;  // lanes in use
  };

  std::byte* codes;  // by block: codes and factors
  Block* blocks;
  std::size_t end[2];  // by part: where its blocks end; the delta graph's blocks come last

  std::size_t begin(Part part) const { return part == kMain ? 0 : end[kMain]; }

  /// Makes room for the blocks of n nodes. Returns false if memory runs out.
  bool reserve(const GraphModel& model, std::size_t n, Arena arena);

  static std::size_t bytes_for(const GraphModel& model, std::size_t n) {
    return blocks_for(n) * (model.layout.block_bytes() + sizeof(Block));
  }

 private:
  /// The last block of each part may be only partly filled.
  static std::size_t blocks_for(std::size_t n) { return n / kBlockLanes + 2; }
};

class GatheredCodes {
 public:
  /// Nodes that may be near are added to `near`. All arguments must live as long as this object.
  GatheredCodes(const GraphModel& model, const GraphQuery& query,
                const kernel::EstimateTerms& terms, RerankQueue* near);

  /// Makes later calls keep the blocks in `kept`, as blocks of `part`, behind the blocks kept so
  /// far. There must be room for them.
  void keep(Part part, KeptCodes* kept) {
    kept_ = kept;
    part_ = part;
  }

  /// Reserves memory for one block of codes. Returns false if memory runs out.
  bool reserve(Arena arena);

  /// Adds a node, given its record on a page. Returns false if memory runs out.
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

  /// Scores the nodes that have not been scored yet. Returns false if memory runs out.
  bool score();

  /// Scores the blocks that are kept for a part. Returns false if memory runs out.
  bool score_kept(const KeptCodes& kept, Part part);

  /// Returns how many nodes were added.
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
  std::int32_t lanes_ = 0;         // lanes in use
  std::uint8_t* codes_ = nullptr;  // by lane
  CodeBlock<std::byte> block_;     // the codes of all lanes in FastScan order, and their factors
  NodeId nodes_[kBlockLanes];
  KeptCodes* kept_ = nullptr;
  Part part_ = kMain;
};

}  // namespace vecext
