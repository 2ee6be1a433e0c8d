// Prunes the candidates of one node.
#include "core/graph/construct/prune.h"

#include <algorithm>

namespace vecext::graph {
namespace {

/// How many kept vectors a candidate is compared with at once.
constexpr std::int32_t kTogether = 4;

}  // namespace

bool Pruning::reserve(Arena arena, std::int32_t threads) {
  kept_ = arena.array<float>(static_cast<std::size_t>(threads) * static_cast<std::size_t>(degree_) *
                             static_cast<std::size_t>(vectors_.dims));
  return kept_ != nullptr;
}

std::int32_t Pruning::prune(Key* keys, std::int32_t n, std::int32_t slot) const {
  const auto dims = static_cast<std::size_t>(vectors_.dims);
  float* kept = kept_ + static_cast<std::size_t>(slot) * static_cast<std::size_t>(degree_) * dims;
  Key rejected[kMostPruned];
  std::int32_t count = 0;
  std::int32_t rejects = 0;
  std::sort(keys, keys + n);
  std::int32_t next = 0;
  for (; next < n && count < degree_; ++next) {
    if (occluded(keys[next], kept, count)) {
      rejected[rejects++] = keys[next];
    } else {
      std::copy_n(vectors_[node_of(keys[next])], dims,
                  kept + static_cast<std::size_t>(count) * dims);
      keys[count++] = keys[next];
    }
  }
  std::copy_n(rejected, rejects, keys + count);
  return count;
}

bool Pruning::occluded(Key key, const float* kept, std::int32_t count) const {
  const auto l2_squared_many = kernel::active().f32.l2_squared_many;
  const auto dims = static_cast<std::size_t>(vectors_.dims);
  const float* vector = vectors_[node_of(key)];
  const float limit = distance_of(key);
  for (std::int32_t first = 0; first < count; first += kTogether) {
    float distance[kTogether];
    const std::int32_t met = std::min(kTogether, count - first);
    l2_squared_many(vector, kept + static_cast<std::size_t>(first) * dims, dims * sizeof(float),
                    static_cast<std::size_t>(met), dims, distance);
    for (std::int32_t i = 0; i < met; ++i) {
      if (alpha_squared_ * distance[i] < limit) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace vecext::graph
