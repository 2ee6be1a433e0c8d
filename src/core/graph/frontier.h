// What a search of a graph keeps: the nodes seen, with what is known of them, and the nodes to look
// at next. One workspace serves a backend's searches one after another.
#pragma once

#include "core/base/arena.h"
#include "core/page/node_page.h"

namespace vecext {

/// A node whose estimate some visited node gave. Several give estimates with errors of their own:
/// their mean is what counts.
struct Sighting {
  NodeId node;  // kNoNode: an empty place
  float mean;
};

/// Open addressing by node, at most half full: small places, so that a search's stay in the
/// first-level cache.
class Sightings {
 public:
  explicit Sightings(Arena arena) : arena_(arena) {}

  /// Forgets all. False: out of memory.
  bool reset();

  /// Makes room for one more; to be called before find(). False: out of memory.
  bool reserve() { return 2 * (used_ + 1) <= capacity_ || grow(); }

  /// The place of a node, which is made where it was not seen before: with a count of 0.
  std::uint32_t find(NodeId node) {
    const std::uint32_t at = place(places_, capacity_, node);
    if (places_[at].node == kNoNode) {
      places_[at] = {node, 0};
      counts_[at] = 0;
      ++used_;
    }
    return at;
  }

  float& mean(std::uint32_t place) { return places_[place].mean; }
  /// How many estimates there were, kMostCounted at most; kVisited once the node was visited.
  std::uint8_t& count(std::uint32_t place) { return counts_[place]; }

  static constexpr std::uint8_t kMostCounted = 64;
  static constexpr std::uint8_t kVisited = 255;

 private:
  static std::uint32_t place(const Sighting* places, std::uint32_t capacity, NodeId node) {
    std::uint32_t at = (node * 0x9E3779B1u) >> 7;
    for (;; ++at) {
      const NodeId there = places[at & (capacity - 1)].node;
      if (there == node || there == kNoNode) {
        return at & (capacity - 1);
      }
    }
  }
  bool grow();

  Arena arena_;
  Sighting* places_ = nullptr;
  std::uint8_t* counts_ = nullptr;
  std::uint32_t capacity_ = 0;  // a power of two
  std::uint32_t used_ = 0;
};

/// A node to visit, by its estimate when it was put here.
struct Waiting {
  float estimate;
  NodeId node;
};

/// A heap of nodes to visit, nearest first. Four children a node: a quarter of the levels of a
/// binary one is saved, and they share a cache line.
class Frontier {
 public:
  explicit Frontier(Arena arena) : arena_(arena) {}

  void clear() { count_ = 0; }
  bool empty() const { return count_ == 0; }
  const Waiting& nearest() const { return heap_[0]; }

  /// False: out of memory.
  bool push(const Waiting& node);
  void pop();

 private:
  static constexpr std::uint32_t kChildren = 4;

  Arena arena_;
  Waiting* heap_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t capacity_ = 0;
};

struct GraphWorkspace {
  Sightings seen;
  Frontier frontier;

  /// Arrays come from `arena`, which must live as long.
  explicit GraphWorkspace(Arena arena) : seen(arena), frontier(arena) {}

  bool reset() {
    frontier.clear();
    return seen.reset();
  }

  /// Takes an estimate of a node; one that was visited is left alone. False: out of memory.
  bool sight(NodeId node, float estimate);

  /// Takes the nearest node that was not visited yet, as by its mean; false: there is none.
  bool next(Waiting* node);
};

}  // namespace vecext
