// What both ways of looking at the codes of a set's nodes have in common: by blocks (set_sweep.h)
// and one by one (set_gather.h).
#pragma once

#include "core/graph/graph_query.h"

namespace vecext {

/// Of a page of codes those whose nodes are marked: by 32, as lanes.
struct MarkedPage {
  PageId page;
  const NodeId* first;  // node of each block; kNoNode where its nodes are not in order: which are
                        // marked, the page tells, and `lanes` are all
  std::int32_t blocks;
  std::uint32_t lanes[kMostRecordBlocks];
};
static_assert(kMostRecordBlocks >= kPayloadSize / (16 + 448), "a page of blocks has fewer");

/// Those of page number i of `pages`, of a part's blocks or of its records, with so many blocks
/// each; false: there are none.
bool mark_page(const NodeCodes& codes, const PageId* pages, std::int32_t of_page, std::int32_t i,
               const BitSet& marks, MarkedPage* marked);

/// What a query's estimates are of the codes of a part's nodes.
kernel::EstimateTerms sweep_terms(const GraphModel& model, const GraphQuery& query, Part part);

}  // namespace vecext
