#include "core/graph/update/pending.h"

#include <cstring>

namespace vecext {

bool make_pending(const GraphModel& model, const float* x, RowId row, Arena arena,
                  PendingRow* pending) {
  const auto dims = static_cast<std::size_t>(model.dims());
  auto* rerank = arena.array<std::byte>(model.pending.rerank_bytes);
  auto* nibbles = arena.array<std::uint8_t>(static_cast<std::size_t>(model.pending.groups));
  float* origin = arena.array<float>(dims);
  if (rerank == nullptr || nibbles == nullptr || origin == nullptr) {
    return false;
  }
  std::memset(rerank, 0, model.pending.rerank_bytes);
  std::memset(origin, 0, dims * sizeof(float));
  *pending = {row, rerank, nibbles, {}, model.meta.parts[kMain].entry_scale};
  put_rerank(model.rerank(), x, model.dims(), rerank);
  if (model.pending.blocks > 0) {
    encode(model.codec, x, origin, pending->scale, nibbles, &pending->factors);
  }
  return true;
}

void put_pending(const PendingLayout& layout, const PendingRow& row, const std::byte* page,
                 PagePatch* patch) {
  const auto put = [&](const void* at, const void* bytes, std::size_t count) {
    patch->put(static_cast<std::size_t>(static_cast<const std::byte*>(at) - page), bytes, count);
  };
  const std::int32_t place = page_head(page)->rows;
  const auto rows = static_cast<std::uint16_t>(place + 1);
  put(&page_head(page)->rows, &rows, sizeof rows);
  put(pending_rows(page, layout) + place, &row.row, sizeof row.row);
  put(pending_vector(page, layout, place), row.rerank, layout.rerank_bytes);
  if (layout.blocks == 0) {
    return;
  }
  const std::int32_t lane = place % kBlockLanes;
  const auto block = pending_block(page, layout, place / kBlockLanes);
  std::uint8_t codes[kPayloadSize / 2];
  std::memcpy(codes, block.codes(), 16 * static_cast<std::size_t>(layout.groups));
  put_lane(codes, layout.groups, lane, row.nibbles);
  for (std::int32_t group = 0; group < layout.groups; ++group) {
    const std::int32_t at = 16 * group + byte_of_lane(lane);
    put(block.codes() + at, codes + at, 1);
  }
  put(block.a() + lane, &row.factors.a, sizeof row.factors.a);
  put(block.b() + lane, &row.factors.b, sizeof row.factors.b);
}

}  // namespace vecext
