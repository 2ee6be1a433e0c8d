// A neighbor graph of rows in memory: every node has links to R others, such that a best-first
// search from an entry comes to the nearest nodes of any query.
//
// Method: overlapping leaves of a k-means partition, exact neighbors within each, one pruning pass
// (README.md, Construction). Deterministic given the seed, whatever the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/page/graph_meta_page.h"

namespace vecext {

/// Partitions that a construction makes, each with leaders of its own: of rows that are in one
/// graph only, so many; half of them where each row is in two.
inline constexpr std::int32_t kMostReplicas = 2;

struct ConstructOptions {
  std::int32_t degree;    // R: neighbors of a node, 1 to kMaxDegree
  float alpha;            // of the pruning, >= 1
  std::int32_t replicas;  // partitions into leaves, 1 to kMostReplicas
  std::int32_t entries;   // of the graph, at most
  std::int32_t threads;   // >= 1
  std::uint64_t seed;
  /// Polled before shards of work of at most some 50 ms by the calling thread, with the
  /// multiply-adds of the shard, about; true stops early.
  bool (*stop)(void* context, std::size_t work);
  void* stop_context;
};

struct Graph {
  std::uint32_t nodes;  // == rows
  std::int32_t degree;
  std::uint32_t* row;        // row[i]: the number of node i's row in x
  std::uint32_t* neighbors;  // nodes x degree node numbers; kNoNode in lanes that no other node
                             // could fill (fewer than R + 1 distinct rows) and in all of duplicates
  std::uint32_t* duplicate;  // next node of an equal vector, or kNoNode; duplicates follow their
                             // first node in number directly; only the first is anybody's neighbor
  std::uint32_t entries[kMaxEntries];
  std::int32_t entry_count;  // >= 1 where nodes > 0
};

/// Entries that a graph of so many nodes is worth.
inline std::int32_t entries_for(std::size_t nodes) {
  constexpr std::size_t kNodesPerEntry = 32;
  const std::size_t entries = nodes / kNodesPerEntry;
  return entries < 1 ? 1 : entries < kMaxEntries ? static_cast<std::int32_t>(entries) : kMaxEntries;
}

/// Builds the graph of x, n rows of `dims` floats, by squared L2 distance. Every node that is not a
/// duplicate can be reached from the entries. Nodes near each other have numbers near each other.
/// Result memory comes from `arena`, scratch from `scratch`, which the caller frees as a whole.
/// kOutOfMemory where one of them has none, or n is beyond kMaxNodes; kCancelled when stopped.
Status construct(const float* x, std::size_t n, std::int32_t dims, const ConstructOptions& options,
                 Arena arena, Arena scratch, Graph* graph);

/// Six times as many members of leaves can be numbered in 32 bits.
inline constexpr std::size_t kMaxNodes = 700'000'000;

/// Bytes that it takes from both arenas, at most.
std::size_t construct_memory(std::size_t n, std::int32_t dims, std::int32_t degree,
                             std::int32_t threads = 1, std::int32_t replicas = kMostReplicas);

/// The most rows, up to `limit`, of which bytes_of(rows) is at most `bytes`; more rows take more.
template <class BytesOf>
std::size_t most_rows(std::size_t bytes, std::size_t limit, const BytesOf& bytes_of) {
  std::size_t fit = 0;
  std::size_t most = limit + 1;
  while (most - fit > 1) {
    const std::size_t middle = fit + (most - fit) / 2;
    (bytes_of(middle) <= bytes ? fit : most) = middle;
  }
  return fit;
}

}  // namespace vecext
