// A graph in memory, and the options of its construction, which the steps of construct.h share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/parallel.h"
#include "core/page/graph_meta_page.h"

namespace vecext {

/// The most partitions of a construction. Each partition has leaders of its own. The construction
/// of a shard has half as many, since each row is in two shards.
inline constexpr std::int32_t kMostReplicas = 2;

struct ConstructOptions {
  std::int32_t degree;    // R: neighbors of a node, 1 to kMaxDegree
  float alpha;            // of the pruning, >= 1
  std::int32_t replicas;  // partitions into leaves, 1 to kMostReplicas
  std::int32_t entries;   // the most entries of the graph
  std::uint64_t seed;
  ParallelOptions parallel;
  bool of_directions = false;  // rows had length one before a mean was subtracted: rows that differ
                               // only by rounding are duplicates
};

struct Graph {
  std::uint32_t nodes;  // as many as rows
  std::int32_t degree;
  std::uint32_t* row;        // row[i]: the number of node i's row in x
  std::uint32_t* neighbors;  // nodes x degree node numbers; kNoNode in lanes that no other node
                             // could fill (if there are fewer than R + 1 distinct rows), and in all
                             // lanes of duplicates
  std::uint32_t* duplicate;  // next node of an equal vector, or kNoNode; duplicates follow their
                             // first node in number directly; other nodes link to the first alone
  std::uint32_t* list_end;   // a list has nodes near each other, with consecutive numbers: list l
                             // ends before node list_end[l]
  std::uint32_t list_count;  // >= 1 if nodes > 0
  std::uint32_t entries[kMaxEntries];
  std::int32_t entry_count;  // >= 1 if nodes > 0
};

/// The fewest distinct rows of a list. The last list may have fewer.
inline constexpr std::size_t kFewestOfList = 128;

/// Returns the most lists of a graph of n distinct rows.
inline std::size_t most_lists(std::size_t n) {
  return n / kFewestOfList + 1;
}

/// True if node i follows another node of an equal vector.
inline bool is_duplicate(const Graph& graph, std::uint32_t i) {
  return i > 0 && graph.duplicate[i - 1] == i;
}

/// True if same(i) is false for some duplicate i of node `first`.
template <class Same>
bool has_unequal(const Graph& graph, std::uint32_t first, const Same& same) {
  for (std::uint32_t i = first; graph.duplicate[i] != kNoNode; ++i) {
    if (!same(i + 1)) {
      return true;
    }
  }
  return false;
}

/// Returns how many entries a graph of `nodes` nodes should have.
inline std::int32_t entries_for(std::size_t nodes) {
  constexpr std::size_t kNodesPerEntry = 32;
  const std::size_t entries = nodes / kNodesPerEntry;
  return entries < 1 ? 1 : entries < kMaxEntries ? static_cast<std::int32_t>(entries) : kMaxEntries;
}

/// The most nodes of a graph. The members of its leaves are six times as many, and their number
/// fits in 32 bits.
inline constexpr std::size_t kMaxNodes = 700'000'000;

}  // namespace vecext
