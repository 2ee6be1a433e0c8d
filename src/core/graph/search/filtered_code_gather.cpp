#include "core/graph/search/filtered_code_gather.h"

#include <bit>

namespace vecext {

Status gather_page(const NodeRecordsLayout& layout, const MarkedPage& marked, const std::byte* page,
                   GatheredCodes* gathered) {
  VECEXT_TRY(check_node_records_page(page, layout));
  for (std::int32_t i = 0; i < marked.blocks; ++i) {
    for (std::uint32_t left = marked.lanes[i]; left != 0; left &= left - 1) {
      const std::int32_t lane = std::countr_zero(left);
      const std::byte* record = page + layout.offset(i * kBlockLanes + lane);
      if (!gathered->add(record, marked.first[i] + static_cast<NodeId>(lane))) {
        return out_of_memory();
      }
    }
  }
  return {};
}

}  // namespace vecext
