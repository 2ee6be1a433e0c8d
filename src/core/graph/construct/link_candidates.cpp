// Adds the nearest rows of leaves to the pool, or the nodes that old links lead to.
#include "core/graph/construct/link_candidates.h"

#include <algorithm>
#include <atomic>

#include "core/graph/construct/prune.h"

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

/// The most removed nodes through which candidates of one node are looked for.
constexpr std::int32_t kMostRemoved = 64;
/// How many candidates a node gets for each of its links. More candidates are of no use (measured).
constexpr std::int32_t kOfLink = 2;
/// For each removed node that a node links to, at least this many candidates are taken.
constexpr std::int32_t kOfRemoved = 4;
/// Reading the lists of removed nodes waits for memory about as long as these multiply-adds take.
constexpr std::size_t kGatherWork = 32768;

/// Collects the candidates of one node.
class Gathering {
 public:
  Gathering(const OldLinks& old, const std::uint32_t* node_of_row, std::uint32_t node,
            std::uint32_t* list, std::int32_t room)
      : old_(old), node_of_row_(node_of_row), list_(list), room_(room) {
    seen_.add(node);
  }

  /// Adds the nodes that the links of a place lead to, and then the nodes that the links of removed
  /// nodes lead to. The links of each node come in their order, nearest first.
  void gather(std::uint32_t place) {
    if (old_.row[place] != kNoNode) {
      add(node_of_row_[old_.row[place]]);
    }
    add_linked(place, room_);
    const std::int32_t direct = removed_count_;
    for (std::int32_t i = 0; i < removed_count_ && count_ < room_; ++i) {
      add_linked(removed_[i], std::max(kOfRemoved, (room_ - count_) / std::max(1, direct - i)));
    }
  }

  /// Adds nodes whose numbers are near, which are in the same list, until there are `fewest`
  /// candidates.
  void add_near(std::uint32_t node, std::uint32_t nodes, std::int32_t fewest) {
    for (std::uint32_t step = 1; step < nodes && count_ < fewest; ++step) {
      if (step <= node) {
        add(node - step);
      }
      if (step < nodes - node && count_ < fewest) {
        add(node + step);
      }
    }
  }

  std::int32_t count() const { return count_; }

 private:
  bool add(std::uint32_t node) {
    const bool is_new = count_ < room_ && seen_.add(node);
    if (is_new) {
      list_[count_++] = node;
    }
    return is_new;
  }

  /// Adds up to `most` nodes that the links of a place lead to. Notes the removed nodes that they
  /// lead to.
  void add_linked(std::uint32_t place, std::int32_t most) {
    const std::uint32_t* links = old_.of(place);
    for (std::int32_t i = 0; i < old_.degree && links[i] != kNoNode; ++i) {
      if (links[i] < kRemovedPlace) {
        most -= most > 0 && add(node_of_row_[links[i]]) ? 1 : 0;
      } else if (removed_count_ < kMostRemoved) {
        const std::uint32_t removed = links[i] - kRemovedPlace;
        prefetch(old_.of(removed));
        removed_[removed_count_++] = removed;
      }
    }
  }

  void prefetch(const std::uint32_t* links) const {
    constexpr std::int32_t kOfLine = 16;
    for (std::int32_t i = 0; i < old_.degree; i += kOfLine) {
      __builtin_prefetch(links + i);
    }
  }

  const OldLinks& old_;
  const std::uint32_t* node_of_row_;
  std::uint32_t* list_;
  const std::int32_t room_;
  std::int32_t count_ = 0;
  std::uint32_t removed_[kMostRemoved];
  std::int32_t removed_count_ = 0;
  SmallSet seen_;
};

}  // namespace

bool Pool::reserve(Arena arena, std::size_t nodes, const ConstructOptions& options) {
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
  return for_each(parallel, leaves.count, work, [&](std::size_t l, std::int32_t slot) {
    const std::uint32_t* members = leaves.members + leaves.begin(l);
    const auto n = static_cast<std::int32_t>(leaves.end[l] - leaves.begin(l));
    find_leaf(vectors, members, n, scratch + slot);
    for (std::int32_t i = 0; i < n; ++i) {
      const std::int32_t* near = scratch[slot].leaf.column[i];
      const auto found = std::find(near, near + kLeafNeighbors, -1) - near;
      // Leaves that share a node may be processed at the same time. Pruning sorts the result.
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
  return for_each(parallel, vectors.nodes, work, [&](std::size_t node, std::int32_t) {
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

Status collect_old(const Vectors& vectors, const OldLinks& old, const std::uint32_t* node_of_row,
                   const ParallelOptions& parallel, Pool* pool) {
  return for_each_stretch(parallel, vectors.nodes, kGatherWork,
                          [&](std::size_t begin, std::size_t end, std::int32_t) {
                            for (std::size_t i = begin; i < end; ++i) {
                              const auto node = static_cast<std::uint32_t>(i);
                              Gathering gathering(old, node_of_row, node, pool->of(node),
                                                  std::min(pool->room, kOfLink * old.degree));
                              gathering.gather(old.place[vectors.row[node]]);
                              gathering.add_near(node, vectors.nodes, old.degree);
                              pool->count[node] = static_cast<std::uint8_t>(gathering.count());
                            }
                          });
}

}  // namespace vecext::graph
