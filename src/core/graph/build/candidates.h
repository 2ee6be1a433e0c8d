// Candidates of every node: its nearest neighbors in each leaf.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/build/leaf_knn.h"
#include "core/graph/build/partition.h"
#include "core/graph/build/loops.h"
#include "core/graph/build/vectors.h"

namespace vecext::graph {

/// The most candidates of a node.
inline constexpr std::int32_t kCandidates = kVisits * kLeafNeighbors;
static_assert(kCandidates >= kMaxDegree && kCandidates < 256);

/// A few node numbers for every node: candidates at first, then its links.
struct Pool {
  std::int32_t room;  // for each node
  std::uint32_t* ids;
  std::uint8_t* count;  // of them that are set

  bool take(Arena arena, std::size_t nodes, const ConstructOptions& options);
  std::uint32_t* of(std::size_t node) const { return ids + node * static_cast<std::size_t>(room); }
};

/// Fills the pool from leaves, whose members are nodes. Candidates are in no order, and some appear
/// twice.
Status collect_candidates(const Vectors& vectors, const Leaves& leaves,
                          const ParallelOptions& parallel, KnnScratch* scratch, Pool* pool);

/// Fills the pool with the nearest of all nodes, of which there are at most kLeafRows.
Status collect_all(const Vectors& vectors, const ParallelOptions& parallel, Pool* pool);

}  // namespace vecext::graph
