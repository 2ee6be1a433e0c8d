#include "core/graph/search/set_codes.h"

#include <algorithm>

#include "core/graph/search/pending_scan.h"

namespace vecext {

namespace {

/// Returns the marked lanes of a block whose nodes are in order, as bits.
std::uint32_t marked_lanes(const NodeCodes& codes, std::int32_t block, const BitSet& marks) {
  const std::uint32_t lanes = marks.from(codes.first[block]);
  return block + 1 < codes.blocks ? lanes : lanes & first_lanes(codes.last_lanes);
}

}  // namespace

/// Sets *marked to the page whose first block is `first`. True if any node of the page is marked,
/// or may be.
bool MarkedPages::mark(std::int32_t first, MarkedPage* marked) const {
  const std::int32_t blocks = std::min(of_page_, codes_.blocks - first);
  std::uint32_t any = 0;
  for (std::int32_t block = 0; block < blocks; ++block) {
    const bool is_in_order = codes_.first[first + block] != kNoNode;
    marked->lanes[block] =
        is_in_order ? marked_lanes(codes_, first + block, marks_) : first_lanes(kBlockLanes);
    any |= marked->lanes[block];
  }
  marked->page = pages_[first / of_page_];
  marked->first = codes_.first + first;
  marked->blocks = blocks;
  return any != 0;
}

bool MarkedPages::next(MarkedPage* marked) {
  bool is_any = false;
  for (; first_ < codes_.blocks && !is_any; first_ += of_page_) {
    is_any = mark(first_, marked);
  }
  return is_any;
}

kernel::EstimateTerms record_terms(const GraphModel& model, const GraphQuery& query, Part part) {
  kernel::EstimateTerms terms = origin_terms(model, query, model.meta.parts[part].entry_scale);
  terms.slack *= kCodeScanWidth;
  return terms;
}

}  // namespace vecext
