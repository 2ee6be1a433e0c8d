// Collects the candidates of every node: its nearest neighbors in each leaf, or the nodes that the
// links of an old graph lead to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/leaf_knn.h"
#include "core/graph/construct/partition.h"
#include "core/graph/construct/stoppable_loops.h"
#include "core/graph/construct/row_vectors.h"

namespace vecext::graph {

/// The most candidates of a node.
inline constexpr std::int32_t kCandidates = kVisits * kLeafNeighbors;
static_assert(kCandidates >= kMaxDegree && kCandidates < 256);

/// A few node numbers for every node: candidates at first, then its links.
struct Pool {
  std::int32_t room;  // for each node
  std::uint32_t* ids;
  std::uint8_t* count;  // by node: how many of its numbers are set

  bool reserve(Arena arena, std::size_t nodes, const ConstructOptions& options);
  std::uint32_t* of(std::size_t node) const { return ids + node * static_cast<std::size_t>(room); }
};

/// Fills the pool from the leaves, whose members are nodes. The candidates of a node are in no
/// order, and some appear twice.
Status collect_candidates(const Vectors& vectors, const Leaves& leaves,
                          const ParallelOptions& parallel, KnnScratch* scratch, Pool* pool);

/// Fills the pool with the nearest neighbors of each node among all nodes. There must be at most
/// kLeafRows nodes.
Status collect_all(const Vectors& vectors, const ParallelOptions& parallel, Pool* pool);

/// A set of a few node numbers.
class SmallSet {
 public:
  SmallSet() { std::fill_n(slots_, kSlots, kNoNode); }

  /// Adds a node. Returns false if the set has the node already.
  bool add(std::uint32_t node) {
    std::uint32_t at = node * 0x9E3779B9U >> 24;
    for (; slots_[at] != kNoNode; at = (at + 1) % kSlots) {
      if (slots_[at] == node) {
        return false;
      }
    }
    slots_[at] = node;
    return true;
  }

 private:
  static constexpr std::uint32_t kSlots = 256;
  static_assert(kSlots > 2 * kCandidates);
  std::uint32_t slots_[kSlots];
};

/// The bit that marks a number as the place of a removed node; other numbers are rows.
inline constexpr std::uint32_t kRemovedPlace = std::uint32_t{1} << 31;
static_assert(kMaxNodes < kRemovedPlace);

/// An old graph. Its nodes are named by their places, in their order, and by their rows in the
/// construction.
struct OldLinks {
  std::int32_t degree;
  const std::uint32_t* links;     // places x degree numbers: a row, or kRemovedPlace + place, or
                                  // kNoNode
  const std::uint32_t* row;       // by place: the row of the node, or of a duplicate of it; kNoNode
                                  // if there is none
  const std::uint32_t* place;     // by row: the place of the first node of an equal vector;
                                  // ascending
  const std::uint32_t* list_end;  // list l ends before row list_end[l]
  std::uint32_t list_count;

  const std::uint32_t* of(std::uint32_t at) const {
    return links + at * static_cast<std::size_t>(degree);
  }
};

/// Fills the pool from the links of an old graph of which some nodes are left, so that a
/// construction of rows that an old graph has needs no leaves. A link to a removed node leads on to
/// the nodes that the removed node linked to (as in FreshDiskANN's deletions, arXiv 2105.09613).
/// `node_of_row` has for each row the node of its vector.
Status collect_old(const Vectors& vectors, const OldLinks& old, const std::uint32_t* node_of_row,
                   const ParallelOptions& parallel, Pool* pool);

}  // namespace vecext::graph
