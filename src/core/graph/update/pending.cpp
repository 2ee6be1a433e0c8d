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

}  // namespace vecext
