#include "core/graph/update/rebuild.h"

#include <cstring>

namespace vecext {

bool GraphContents::reserve(Arena arena, const GraphModel& model, std::size_t floats,
                            std::size_t of_room) {
  stride = floats;
  n = 0;
  room = of_room;
  x = arena.array<float>(room * stride);
  rows = arena.array<RowId>(room);
  rerank = arena.array<std::byte>(room * model.layout.rerank_bytes);
  return x != nullptr && rows != nullptr && rerank != nullptr;
}

void GraphContents::put(const GraphModel& model, std::size_t i, RowId row,
                        const std::byte* vector) {
  rows[i] = row;
  std::memcpy(rerank + i * model.layout.rerank_bytes, vector, model.layout.rerank_bytes);
  get_rerank(model.rerank(), vector, model.dims(), x + i * stride);
}

std::size_t rebuild_bytes(const GraphModel& model, const ConstructOptions& construction,
                          std::int32_t floats, std::size_t rows) {
  const std::size_t row =
      static_cast<std::size_t>(floats) * sizeof(float) + sizeof(RowId) + model.layout.rerank_bytes;
  return rows * row + construct_memory(rows, floats, construction.degree,
                                       construction.parallel.threads, construction.replicas);
}

}  // namespace vecext
