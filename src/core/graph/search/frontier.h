// What a search of a graph keeps: the nodes seen, and which of them to look at next. One serves a
// backend's searches one after another.
//
// Several visited nodes give an estimate of a node, with errors of their own: their mean is what
// counts. Whether a node was seen, how far its mean moves, where it comes to stand: none of that
// can be predicted, so nothing here branches on it (a heap that did took twice the time). Means
// stand in the order in which nodes were first seen; a kernel finds the least of them by the least
// of each block, and once one is taken, the block's next.
#pragma once

#include <algorithm>
#include <array>

#include "core/base/arena.h"
#include "core/page/node_page.h"

namespace vecext {

/// A node to visit, and its estimate.
struct QueuedNode {
  float estimate;
  NodeId node;
};

class Frontier {
 public:
  /// Arrays come from `arena`, which must live as long.
  explicit Frontier(Arena arena) : arena_(arena) {}

  /// Forgets all nodes. False: out of memory.
  bool reset();

  /// Makes room for `count` more nodes. False: out of memory.
  bool reserve(std::int32_t count) {
    const std::uint32_t needed = seen_ + static_cast<std::uint32_t>(count);
    return needed <= room_ || grow(needed);
  }

  bool has_seen(NodeId node) { return place_of(node)->node == node; }

  /// Takes an estimate of a node that there is room for; one that was visited is left alone.
  void push(NodeId node, float estimate) {
    Place* place = place_of(node);
    const bool is_new = place->node != node;
    const std::uint32_t at = is_new ? seen_ : place->at;
    *place = {node, at};
    seen_ += is_new;
    nodes_[at] = node;
    const float before = is_new ? 0 : means_[at];
    const std::uint8_t count = next_count(is_new ? std::uint8_t{0} : counts_[at]);
    const float known = std::max(-kFarthest, std::min(kFarthest, estimate));
    const float mean = before + (known - before) * kWeights[count];
    counts_[at] = count;
    means_[at] = mean;
    // A mean that rises leaves its block's least too low, until its turn comes.
    const std::uint32_t block = at / kBlock;
    const bool is_least = mean <= leasts_[block];
    leasts_[block] = is_least ? mean : leasts_[block];
    least_at_[block] = is_least ? static_cast<std::uint8_t>(at % kBlock) : least_at_[block];
  }

  /// Takes the nearest node that was not visited yet; false: there is none.
  bool next(QueuedNode* node);

 private:
  static constexpr std::uint32_t kBlock = 32;

  /// Estimates are cut off here (NaN too), so that means stay finite; the mean of a visited node,
  /// and of no node, is farther.
  static constexpr float kFarthest = 1e38F;
  static constexpr float kNever = 2e38F;

  /// Later estimates count as the 64th. That of a visited node counts nothing.
  static constexpr std::uint8_t kMostCounted = 64;
  static constexpr std::uint8_t kVisited = kMostCounted + 1;
  static const std::array<float, kVisited + 1> kWeights;

  static constexpr std::uint8_t next_count(std::uint8_t count) {
    return static_cast<std::uint8_t>(count + (count < kMostCounted));
  }

  /// Open addressing by node, at most half full: small places, so that a search's stay in the
  /// first-level cache.
  struct Place {
    NodeId node;  // kNoNode: an empty place
    std::uint32_t at;
  };

  Place* place_of(NodeId node) {
    std::uint32_t at = (node * 0x9E3779B1u) >> 7;
    for (;; ++at) {
      Place* place = &places_[at & (capacity_ - 1)];
      if (place->node == node || place->node == kNoNode) {
        return place;
      }
    }
  }
  bool grow(std::uint32_t needed);

  /// Moves the arrays to where there is room for so many places. False: out of memory.
  bool allocate(std::uint32_t capacity);

  Arena arena_;
  Place* places_ = nullptr;
  std::uint32_t capacity_ = 0;   // of places in use, a power of two
  std::uint32_t room_ = 0;       // for nodes, half of that
  std::uint32_t allocated_ = 0;  // places that there is memory for
  std::uint32_t seen_ = 0;

  // By the order in which nodes were first seen.
  NodeId* nodes_ = nullptr;
  float* means_ = nullptr;            // kNever from seen_ on, and of visited nodes
  std::uint8_t* counts_ = nullptr;    // of estimates, kMostCounted at most; kVisited
  float* leasts_ = nullptr;           // of each block of means, or less
  std::uint8_t* least_at_ = nullptr;  // its place in the block, where a mean is as low
};

}  // namespace vecext
