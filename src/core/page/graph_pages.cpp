#include <algorithm>
#include <cmath>

#include "core/page/pending_page.h"
#include "core/page/graph_meta_page.h"

namespace vecext {

namespace {

// These limits are far above what any index has. They keep sizes that follow from them within the
// range of their types.
constexpr std::int32_t kMostDims = 1 << 17;
constexpr std::int32_t kMostFlatDims = 1'000'000'000;

bool has_sound_degree(const GraphMeta& meta) {
  return meta.degree >= kBlockLanes && meta.degree <= kMaxDegree && meta.degree % kBlockLanes == 0;
}

bool has_sound_layout(const GraphMeta& meta) {
  if (is_flat(meta)) {
    return meta.rotated >= 1 && meta.rotated < static_cast<std::int32_t>(2 * kPageSize) &&
           (meta.coded == 0 || meta.coded == meta.dims) && has_sound_degree(meta);
  }
  if (meta.rotated < meta.dims || meta.rotated > kMostDims || meta.coded < 4 ||
      meta.coded > meta.rotated || meta.coded % 4 != 0 || !has_sound_degree(meta) ||
      meta.rerank > 2) {
    return false;
  }
  const NodeLayout layout = node_layout(graph_rerank_bytes(meta), meta.degree, meta.coded / 4);
  return layout.slots >= 1;
}

bool is_sound(const GraphPart& part, const GraphLists& lists) {
  const std::uint32_t blocks = part.nodes / kBlockLanes + 1;
  return part.entries <= kMaxEntries && part.entries <= part.nodes && part.entry_scale > 0 &&
         lists.count <= blocks && lists.pages <= blocks &&
         (lists.count == 0 || (lists.center_scale > 0 && std::isfinite(lists.center_scale)));
}

/// True unless a flat graph has nodes without lists, or lists without nodes. A search of a flat
/// graph starts only at nodes of its lists.
bool has_sound_starts(const GraphMeta& meta) {
  return !is_flat(meta) || (meta.lists[kMain].count == 0) == (meta.parts[kMain].nodes == 0);
}

bool has_sound_privates(const GraphMeta& meta) {
  return std::all_of(meta.privates.begin(), meta.privates.end(), [](const PrivateChain& chain) {
    return (chain.writer == 0) == (chain.pages == 0);
  });
}

}  // namespace

NodeLayout node_layout(std::size_t rerank_bytes, std::int32_t degree, std::int32_t groups) {
  constexpr std::size_t kLine = 64;
  static_assert(kPayloadOffset % kLine == 0);
  NodeLayout layout{rerank_bytes, degree, groups, 0, 0, 0, 0};
  layout.slot_bytes =
      layout.blocks_offset() + static_cast<std::size_t>(layout.blocks()) * layout.block_bytes();
  layout.slots = static_cast<std::int32_t>(kPayloadSize / layout.slot_bytes);
  layout.stride = layout.slot_bytes;
  const std::size_t first = (kLine - layout.blocks_offset() % kLine) % kLine;
  const std::size_t stride = (layout.slot_bytes + kLine - 1) / kLine * kLine;
  if (first + static_cast<std::size_t>(layout.slots) * stride <= kPayloadSize) {
    layout.first = first;
    layout.stride = stride;
  }
  return layout;
}

PendingLayout pending_layout(std::int32_t groups, std::size_t rerank_bytes) {
  constexpr std::int32_t kWorthABlock = 24;
  PendingLayout layout{rerank_bytes, groups, 0, 0};
  const auto fit = [&layout](std::int32_t blocks) {
    layout.blocks = blocks;
    const std::size_t left = kPayloadSize - 3 - layout.rows_offset();
    return static_cast<std::int32_t>(left / (sizeof(RowId) + layout.rerank_bytes));
  };
  for (std::int32_t blocks = 1; layout.rows_offset() + layout.block_bytes() < kPayloadSize / 2;
       ++blocks) {
    layout.places = fit(blocks) < blocks * kBlockLanes ? fit(blocks) : blocks * kBlockLanes;
    if (layout.places < blocks * kBlockLanes) {
      break;
    }
  }
  if (layout.places < kWorthABlock) {
    layout.places = fit(0);
  }
  return layout;
}

Status check_node_page(const std::byte* page, const NodeLayout& layout) {
  return check_rows(page, PageKind::kNodes, layout.slots);
}

Status check_pending_page(const std::byte* page, const PendingLayout& layout) {
  return check_rows(page, PageKind::kPending, layout.places);
}

std::size_t graph_rerank_bytes(const GraphMeta& meta) {
  return (12 + static_cast<std::size_t>(meta.rotated) * meta.rerank + 3) / 4 * 4;
}

namespace {

/// True if no number of the calibration falls when the recall aimed at rises, and all numbers are
/// positive, though the recall reached may be 0.
bool is_sound(const GraphCalibration& calibration) {
  if (calibration.nodes == 0) {
    return true;
  }
  CalibratedRecall before{0, 0, 0, 0};
  for (const CalibratedRecall& now : calibration.at) {
    const bool is_rising = now.slack > 0 && now.slack >= before.slack &&
                           now.recall >= before.recall && now.recall <= 1 &&
                           now.easy >= before.easy && now.hard >= before.hard && now.easy >= 1 &&
                           now.hard >= 1;
    if (!is_rising || !std::isfinite(now.slack) || !std::isfinite(now.easy) ||
        !std::isfinite(now.hard)) {
      return false;
    }
    before = now;
  }
  return std::isfinite(calibration.longest) && calibration.longest >= 0;
}

}  // namespace

Status check_graph_meta_page(const std::byte* page) {
  VECEXT_TRY(check_meta_head(page, MetaKind::kGraph));
  const GraphMeta& meta = *graph_meta_of(page);
  const bool sound =
      meta.element >= 1 && meta.element <= 4 && meta.metric <= 5 && meta.dims >= 1 &&
      meta.dims <= (is_flat(meta) ? kMostFlatDims : kMostDims) && meta.scale > 0 &&
      is_sound(meta.parts[kMain], meta.lists[kMain]) &&
      (meta.parts[kDelta].chain == 0 || is_sound(meta.parts[kDelta], meta.lists[kDelta])) &&
      has_sound_layout(meta) && is_sound(meta.calibration) && has_sound_starts(meta) &&
      has_sound_privates(meta);
  if (!sound) [[unlikely]] {
    return corrupt();
  }
  return {};
}

}  // namespace vecext
