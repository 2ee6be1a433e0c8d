#include "core/graph/fresh.h"

#include <cstring>

namespace vecext {

bool make_fresh(const GraphModel& model, const float* x, RowId row, Arena arena, FreshRow* fresh) {
  const auto dims = static_cast<std::size_t>(model.dims());
  auto* own = arena.array<std::byte>(model.fresh.own_bytes);
  auto* nibbles = arena.array<std::uint8_t>(static_cast<std::size_t>(model.fresh.groups));
  float* origin = arena.array<float>(dims);
  if (own == nullptr || nibbles == nullptr || origin == nullptr) {
    return false;
  }
  std::memset(own, 0, model.fresh.own_bytes);
  std::memset(origin, 0, dims * sizeof(float));
  *fresh = {row, own, nibbles, {}, model.meta.parts[kMain].entry_scale};
  put_own(model.own(), x, model.dims(), own);
  if (model.fresh.blocks > 0) {
    encode(model.codec, x, origin, fresh->scale, nibbles, &fresh->factors);
  }
  return true;
}

}  // namespace vecext
