#include "core/graph/search/filtered_code_gather.h"

#include <bit>

namespace vecext {

Status gather_page(const NodeRecordsLayout& layout, const MarkedPage& marked, const std::byte* page,
                   GatheredCodes* gathered) {
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
