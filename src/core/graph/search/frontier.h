// The frontier of a search of a graph: the nodes seen, and which of them to visit next. A backend
// uses one frontier for all its searches, one after another.
//
// Several visited nodes estimate the same node, with independent errors, and the mean of their
// estimates decides. The error of an estimate grows with the distance of the query from the visited
// node. So estimates by nodes that are much nearer replace earlier ones, and estimates by nodes
// that are much farther do not count.
//
// A processor cannot predict if a node was seen, or how its mean changes, so nothing here branches
// on that (a heap took twice the time). Means are kept in the order in which nodes were first seen,
// in blocks. A kernel finds the least mean among the least means of blocks, and, when that is
// taken, the next least mean of its block.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/arena.h"
#include "core/page/node_page.h"

namespace vecext {

/// The distance from the query to a node that estimates its neighbors, as an order of magnitude: a
/// step is a factor of 16 in squared distances. Estimates that are two steps apart do not go into
/// one mean.
using Magnitude = std::uint8_t;
inline Magnitude magnitude_of(float score) {
  constexpr int kExponent = 25;  // the number above these bits grows by one with each factor of 16
  return static_cast<Magnitude>(__builtin_bit_cast(std::uint32_t, std::max(score, 0.0F)) >>
                                kExponent);
}
/// The magnitude of an estimate that no node gave. An estimate by a node replaces it.
inline constexpr Magnitude kRough = 255;

/// A node that waits, and its estimate.
struct QueuedNode {
  float estimate;
  NodeId node;
};

/// Returns the estimate, or infinity if it is NaN, which a damaged page may give. So all estimates
/// have a place in an order, and NaN is farther than all others.
inline float or_farthest(float estimate) {
  return std::isnan(estimate) ? std::numeric_limits<float>::infinity() : estimate;
}

inline bool is_nearer_node(const QueuedNode& a, const QueuedNode& b) {
  return a.estimate < b.estimate;
}

class Frontier {
 public:
  /// Takes memory for its arrays from `arena`, which must live as long as the frontier.
  explicit Frontier(Arena arena) : arena_(arena) {}

  /// Forgets all nodes. Returns false if memory runs out.
  bool reset();

  /// Makes room for `count` more nodes. Returns false if memory runs out.
  bool reserve(std::int32_t count) {
    const std::uint32_t needed = seen_ + static_cast<std::uint32_t>(count);
    return needed <= room_ || grow(needed);
  }

  bool has_seen(NodeId node) { return place_of(node)->node == node; }

  /// Adds an estimate of `node` by another node, whose distance has the given magnitude. There must
  /// be room. If `node` was visited, it stays visited.
  void push(NodeId node, float estimate, Magnitude magnitude) {
    Place* place = place_of(node);
    const bool is_new = place->node != node;
    const std::uint32_t at = is_new ? seen_ : place->at;
    *place = {node, at};
    seen_ += is_new;
    nodes_[at] = node;
    const Magnitude least = is_new ? magnitude : magnitudes_[at];
    const bool is_first = is_new || (magnitude + 1 < least && counts_[at] != kVisited);
    const float before = is_first ? 0 : means_[at];
    const bool is_far = magnitude > least + 1;
    const std::uint8_t counted = is_first ? std::uint8_t{0} : counts_[at];
    const std::uint8_t count = is_far ? counted : next_count(counted);
    const float weight = is_far ? 0 : kWeights[count];
    const float known = std::max(-kFarthest, std::min(kFarthest, estimate));
    const float mean = before + (known - before) * weight;
    counts_[at] = count;
    magnitudes_[at] = std::min(magnitude, least);
    means_[at] = mean;
    // If a mean rises, the least of its block stays too low until next() looks at the block.
    const std::uint32_t block = at / kBlock;
    const bool is_least = mean <= leasts_[block];
    leasts_[block] = is_least ? mean : leasts_[block];
    least_at_[block] = is_least ? static_cast<std::uint8_t>(at % kBlock) : least_at_[block];
  }

  /// Adds an estimate of a node that was seen. Does nothing if the node was not seen.
  void correct(NodeId node, float estimate, Magnitude magnitude) {
    if (has_seen(node)) {
      push(node, estimate, magnitude);
    }
  }

  /// Returns room for `count` nodes, valid until the next call, or null if memory runs out.
  QueuedNode* scratch(std::size_t count) {
    if (count > scratch_room_) {
      scratch_ = arena_.array<QueuedNode>(count);
      scratch_room_ = scratch_ == nullptr ? 0 : count;
    }
    return scratch_;
  }

  /// Takes the nearest node that was not visited yet, and marks it as visited. Returns false if
  /// all nodes were visited.
  bool next(QueuedNode* node);

 private:
  static constexpr std::uint32_t kBlock = 32;

  /// Estimates, even NaN, become at most kFarthest, so that means stay finite. The mean of a
  /// visited node or a free place is kNever, which is farther.
  static constexpr float kFarthest = 1e38F;
  static constexpr float kNever = 2e38F;

  /// From the 64th estimate of a node on, each further estimate has the weight of the 64th.
  /// Estimates of visited nodes have no weight.
  static constexpr std::uint8_t kMostCounted = 64;
  static constexpr std::uint8_t kVisited = kMostCounted + 1;
  static const std::array<float, kVisited + 1> kWeights;

  static constexpr std::uint8_t next_count(std::uint8_t count) {
    return static_cast<std::uint8_t>(count + (count < kMostCounted));
  }

  /// A hash table with open addressing by node, at most half full. Places are small, so that all
  /// places of a search stay in the first-level cache.
  struct Place {
    NodeId node;  // kNoNode in an empty place
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

  /// Moves the arrays to memory for `capacity` places. Returns false if memory runs out.
  bool allocate(std::uint32_t capacity);

  Arena arena_;
  Place* places_ = nullptr;
  std::uint32_t capacity_ = 0;   // places in use, a power of two
  std::uint32_t room_ = 0;       // room for nodes, half of the places
  std::uint32_t allocated_ = 0;  // how many places there is memory for
  std::uint32_t seen_ = 0;

  // These are in the order in which nodes were first seen.
  NodeId* nodes_ = nullptr;
  float* means_ = nullptr;            // kNever from seen_ on, and for visited nodes
  Magnitude* magnitudes_ = nullptr;   // the least magnitude that an estimate of the node had
  std::uint8_t* counts_ = nullptr;    // how many estimates there are, at most kMostCounted; or
                                      // kVisited
  float* leasts_ = nullptr;           // by block of means: the least mean, or less
  std::uint8_t* least_at_ = nullptr;  // by block: the place whose mean was the least

  QueuedNode* scratch_ = nullptr;
  std::size_t scratch_room_ = 0;
};

}  // namespace vecext
