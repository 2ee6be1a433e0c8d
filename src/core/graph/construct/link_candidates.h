// Collects the candidates of every node: its nearest neighbors in each leaf, or the nodes that
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

/// Fills the pool from leaves, whose members are nodes. Candidates are in no order, and some appear
/// twice.
Status collect_candidates(const Vectors& vectors, const Leaves& leaves,
                          const ParallelOptions& parallel, KnnScratch* scratch, Pool* pool);

/// Fills the pool with the nearest of all nodes. There must be at most kLeafRows nodes.
Status collect_all(const Vectors& vectors, const ParallelOptions& parallel, Pool* pool);

/// A set of a few node numbers.
class SmallSet {
 public:
  SmallSet() { std::fill_n(slots_, kSlots, kNoNode); }

  /// Returns false if the set has the node.
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

/// Marks a number that is the place of a removed node, and not a row.
inline constexpr std::uint32_t kRemovedPlace = std::uint32_t{1} << 31;
static_assert(kMaxNodes < kRemovedPlace);

/// An old graph by the places of its nodes, in their order, and by the rows of the construction.
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

/// Fills the pool from the links of a graph of which some nodes are left: a construction of the
/// rows that a graph had needs no leaves. A link to a removed node leads on to the nodes that the
/// removed node linked to (as in FreshDiskANN's deletions, arXiv 2105.09613). `node_of_row` is the
/// node of each row's vector.
Status collect_old(const Vectors& vectors, const OldLinks& old, const std::uint32_t* node_of_row,
                   const ParallelOptions& parallel, Pool* pool);

}  // namespace vecext::graph
