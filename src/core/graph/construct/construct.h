// A neighbor graph of rows in memory: every node has links to R others, so that a best-first search
// from an entry finds the nodes nearest to a query.
//
// Method: overlapping leaves of a k-means partition, exact neighbors within each leaf, one pruning
// pass (README.md). The result depends on the seed, but not on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/graph/construct/graph.h"

namespace vecext {

namespace graph {
struct OldLinks;
}

/// Makes the graph of x, n rows of `dims` floats, by squared L2 distance. Every node that is not a
/// duplicate can be reached from the entries. Nodes near each other have numbers near each other.
/// The result is in memory of `arena`. Scratch is in memory of `scratch`, which the caller frees as
/// a whole. Returns kOutOfMemory if one of the arenas has no memory left, or if n is beyond
/// kMaxNodes, and kCancelled when stopped. If `old` is not null, the nodes that its links lead to
/// are the candidates. This saves the leaves, which take more than half of the time.
Status construct(const float* x, std::size_t n, std::int32_t dims, const ConstructOptions& options,
                 Arena arena, Arena scratch, Graph* graph, const graph::OldLinks* old = nullptr);

/// Returns the most bytes that construct() takes from both arenas, without old links.
std::size_t construct_memory(std::size_t n, std::int32_t dims, std::int32_t degree,
                             std::int32_t threads = 1, std::int32_t replicas = kMostReplicas);

/// Returns the most rows, up to `limit`, for which bytes_of(rows) is at most `bytes`. bytes_of()
/// must be an increasing function.
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
