// The parts that the two scans of the codes of a set's nodes share: by blocks
// (filtered_code_scan.h) and one by one (filtered_code_gather.h).
#pragma once

#include "core/graph/search/graph_query.h"

namespace vecext {

/// The marked nodes of a page of codes, as lanes of its blocks.
struct MarkedPage {
  PageId page;
  const NodeId* first;  // by block: its first node; kNoNode if its nodes are not in order, so that
                        // only the page tells which of them are marked; all its lanes are then set
                        // in `lanes`
  std::int32_t blocks;
  std::uint32_t lanes[kMostRecordBlocks];
};
static_assert(kMostRecordBlocks >= kPayloadSize / (16 + 448), "a page of blocks has fewer");

/// The pages that have marked nodes, in their order. They are the pages of a part's blocks, or of
/// its records.
class MarkedPages {
 public:
  /// Each of `pages` has `of_page` blocks. All arguments must live as long as this object.
  MarkedPages(const NodeCodes& codes, const PageId* pages, std::int32_t of_page,
              const BitSet& marks)
      : codes_(codes), pages_(pages), of_page_(of_page), marks_(marks) {}

  /// Sets *marked to the next page. Returns false if there are no more.
  bool next(MarkedPage* marked);

 private:
  bool mark(std::int32_t first, MarkedPage* marked) const;

  const NodeCodes& codes_;
  const PageId* pages_;
  const std::int32_t of_page_;
  const BitSet& marks_;
  std::int32_t first_ = 0;  // number of the next page's first block
};

/// How many times as wide bounds are here as kBoundWidth makes them (quant/estimate_bounds.h): 1.9
/// standard deviations of an estimate. At 1.6 the tenth nearest row of a set is missed twice as
/// often, at 2.5 twice as many rerank vectors are read (docs/experiments/graph-filters.md).
inline constexpr float kCodeScanWidth = 1.2F;

/// Returns the terms for a query's estimates from the records of a part's nodes, which have their
/// codes one by one.
kernel::EstimateTerms record_terms(const GraphModel& model, const GraphQuery& query, Part part);

}  // namespace vecext
