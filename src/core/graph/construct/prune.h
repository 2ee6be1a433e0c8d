// Chooses which of a node's candidates it links to: a candidate is left out if another link already
// leads near it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/graph/construct/row_vectors.h"

namespace vecext::graph {

/// A node and its squared distance to another node, as a number. Keys are ordered by distance, then
/// by node.
using Key = std::uint64_t;

inline Key key_of(float distance, std::uint32_t node) {
  return static_cast<Key>(std::bit_cast<std::uint32_t>(distance)) << 32 | node;
}
inline std::uint32_t node_of(Key key) {
  return static_cast<std::uint32_t>(key);
}
inline float distance_of(Key key) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32));
}

/// The most candidates of one pruning.
inline constexpr std::int32_t kMostPruned = 512;

class Pruning {
 public:
  Pruning(const Vectors& vectors, std::int32_t degree, float alpha)
      : vectors_(vectors), degree_(degree), alpha_squared_(alpha * alpha) {}

  /// Reserves memory for `threads` threads. Returns false if memory runs out.
  bool reserve(Arena arena, std::int32_t threads);

  /// Prunes n candidates of a node, n <= kMostPruned. `keys` has their distances to the node,
  /// nearest first. Keeps candidate c if alpha^2 |c - y|^2 >= |c - node|^2 for all y kept before,
  /// until it has kept `degree` (Vamana's rule, Subramanya et al. 2019). Returns how many it has
  /// kept. Afterwards the candidates kept come first in `keys`, then the others, both nearest
  /// first.
  std::int32_t prune(Key* keys, std::int32_t n, std::int32_t slot) const;

 private:
  bool occluded(Key key, const float* kept, std::int32_t count) const;

  const Vectors& vectors_;
  const std::int32_t degree_;
  const float alpha_squared_;
  float* kept_ = nullptr;  // `degree` vectors for each thread
};

}  // namespace vecext::graph
