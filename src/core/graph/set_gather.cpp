#include "core/graph/set_gather.h"

#include <algorithm>
#include <bit>

#include "core/graph/fresh_scan.h"

namespace vecext {

namespace {

/// How much wider bounds are than those that decide which rows of a cell are looked at
/// (quant/anchor.h): 1.9 standard deviations of an estimate. At 1.6 the tenth nearest of a set is
/// missed twice as often, at 2.5 twice as many own vectors are read (measured, README.md).
constexpr float kWidth = 1.2F;

}  // namespace

kernel::EstimateTerms sweep_terms(const GraphModel& model, const GraphQuery& query, Part part) {
  kernel::EstimateTerms terms = origin_terms(model, query, model.meta.parts[part].entry_scale);
  terms.slack *= kWidth;
  return terms;
}

bool mark_records(const NodeCodes& codes, std::int32_t of_page, std::int32_t i, const BitSet& marks,
                  MarkedRecords* marked) {
  const std::int32_t first = i * of_page;
  const std::int32_t blocks = std::min(of_page, codes.blocks - first);
  std::uint32_t any = 0;
  for (std::int32_t block = 0; block < blocks; ++block) {
    marked->lanes[block] = marked_lanes(codes, first + block, marks);
    any |= marked->lanes[block];
  }
  marked->page = codes.records[i];
  marked->first = codes.first + first;
  marked->blocks = blocks;
  return any != 0;
}

Status gather_page(const NodeRecordsLayout& layout, const MarkedRecords& marked,
                   const std::byte* page, GatheredCodes* gathered) {
  if (const Status sound = check_node_records_page(page, layout); !sound.ok()) {
    return sound;
  }
  for (std::int32_t i = 0; i < marked.blocks; ++i) {
    for (std::uint32_t left = marked.lanes[i]; left != 0; left &= left - 1) {
      const std::int32_t lane = std::countr_zero(left);
      const std::byte* record = page + layout.offset(i * kBlockLanes + lane);
      if (!gathered->add(record, marked.first[i] + static_cast<NodeId>(lane))) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
  }
  return {};
}

}  // namespace vecext
