// What a search of a graph keeps: the nodes seen, with what is known of them, and the nodes to look
// at next. One workspace serves a backend's searches one after another; it grows and is never
// cleared: each search has a stamp of its own.
#pragma once

#include "core/base/arena.h"
#include "core/page/node_page.h"

namespace vecext {

/// A node whose estimate some visited node gave. Several give estimates with errors of their own:
/// their mean is what counts.
struct Sighting {
  NodeId node;
  std::uint32_t stamp;  // of the search
  float mean;
  std::int32_t count;  // of estimates; kVisited once the node was visited
};
inline constexpr std::int32_t kVisited = -1;

/// Open addressing by node, at most half full.
class Sightings {
 public:
  explicit Sightings(Arena arena) : arena_(arena) {}

  /// Forgets all. False: out of memory.
  bool reset();

  /// The node's place; count is 0 if it was not seen before. Valid until the next call. Null: out
  /// of memory.
  Sighting* find(NodeId node);

 private:
  Sighting* place(Sighting* slots, std::uint32_t capacity, NodeId node) const;
  bool grow();

  Arena arena_;
  Sighting* slots_ = nullptr;
  std::uint32_t capacity_ = 0;  // a power of two
  std::uint32_t count_ = 0;
  std::uint32_t stamp_ = 0;
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
