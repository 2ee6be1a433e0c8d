// Adds the nearest rows of leaves to the pool.
#include "core/graph/build/candidates.h"

#include <algorithm>
#include <atomic>

#include "core/graph/build/prune.h"

namespace vecext::graph {
namespace {

/// How many vectors ahead are prefetched.
constexpr std::int32_t kAhead = 4;

void find_leaf(const Vectors& vectors, const std::uint32_t* members, std::int32_t n,
               KnnScratch* scratch) {
  for (std::int32_t i = 0; i < n; ++i) {
    scratch->rows[i] = vectors.row[members[i]];
  }
  const float* reference = vectors[members[0]];
  for (std::int32_t i = 0; i < n; ++i) {
    if (i + kAhead < n) {
      vectors.prefetch(members[i + kAhead]);
    }
    scratch->norms[i] = vectors.distance(reference, members[i]);
  }
  knn_functions().leaf({.dims = vectors.dims,
                        .reference = reference,
                        .rows = {vectors.x, scratch->rows, scratch->norms, n},
                        .columns = {},
                        .scratch = scratch});
}

}  // namespace

bool Pool::take(Arena arena, std::size_t nodes, const ConstructOptions& options) {
  room = std::max(options.degree, options.replicas * kOverlap * kLeafNeighbors);
  ids = arena.array<std::uint32_t>(nodes * static_cast<std::size_t>(room));
  count = arena.array<std::uint8_t>(nodes);
  return ids != nullptr && count != nullptr;
}

Status collect_candidates(const Vectors& vectors, const Leaves& leaves,
                          const ParallelOptions& parallel, KnnScratch* scratch, Pool* pool) {
  std::fill_n(pool->count, vectors.nodes, std::uint8_t{0});
  const std::size_t work =
      std::size_t{kLeafRows} * kLeafRows / 8 * static_cast<std::size_t>(vectors.dims);
  return cluster::for_each(parallel, leaves.count, work, [&](std::size_t l, std::int32_t slot) {
    const std::uint32_t* members = leaves.members + leaves.begin(l);
    const auto n = static_cast<std::int32_t>(leaves.end[l] - leaves.begin(l));
    find_leaf(vectors, members, n, scratch + slot);
    for (std::int32_t i = 0; i < n; ++i) {
      const std::int32_t* near = scratch[slot].leaf.column[i];
      const auto found = std::find(near, near + kLeafNeighbors, -1) - near;
      // Leaves that share a node may be processed at the same time. The pruning sorts the result.
      const std::uint8_t at =
          std::atomic_ref(pool->count[members[i]])
              .fetch_add(static_cast<std::uint8_t>(found), std::memory_order_relaxed);
      std::transform(near, near + found, pool->of(members[i]) + at,
                     [&](std::int32_t column) { return members[column]; });
    }
  });
}

Status collect_all(const Vectors& vectors, const ParallelOptions& parallel, Pool* pool) {
  const std::size_t work = vectors.nodes * static_cast<std::size_t>(vectors.dims + 32);
  return cluster::for_each(parallel, vectors.nodes, work, [&](std::size_t node, std::int32_t) {
    Key keys[kLeafRows];
    const float* vector = vectors[static_cast<std::uint32_t>(node)];
    std::int32_t n = 0;
    for (std::uint32_t other = 0; other < vectors.nodes; ++other) {
      if (other != node) {
        keys[n++] = key_of(vectors.distance(vector, other), other);
      }
    }
    const std::int32_t kept = std::min(n, pool->room);
    std::nth_element(keys, keys + kept, keys + n);
    std::transform(keys, keys + kept, pool->of(node), node_of);
    pool->count[node] = static_cast<std::uint8_t>(kept);
  });
}

}  // namespace vecext::graph
