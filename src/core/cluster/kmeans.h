// k-means for the lists of an index: hierarchical (groups, then centroids in each group by its
// size), with Lloyd rounds over all centroids at the end. Squared Euclidean distance, several
// threads. Deterministic given the seed, whatever the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/parallel.h"
#include "core/base/status.h"

namespace vecext {

struct KMeansOptions {
  std::int32_t k;       // centroids wanted, >= 1
  std::int32_t rounds;  // Lloyd rounds over all centroids at the end
  std::uint64_t seed;
  ParallelOptions parallel;
};

/// Trains on x, n rows of `dims` floats, n >= 0. Writes at most options.k centroids of `dims`
/// floats to `centroids` and their number to *made: fewer than k where there are fewer distinct
/// rows (1 and a centroid of zeros for n = 0). No two centroids are equal, each is the mean of at
/// least one row. Scratch memory comes from `arena` (kmeans_memory bytes at most); kOutOfMemory
/// where it has none, kCancelled when stopped.
Status train_kmeans(const float* x, std::size_t n, std::int32_t dims, const KMeansOptions& options,
                    Arena arena, float* centroids, std::int32_t* made);

/// The same, reordering the rows in place, which is faster. Also sets, for the rows in their new
/// order, nearest[i], the nearest centroid (for most rows), and distance[i], the squared distance
/// to it; that is cheaper than assign_nearest() afterwards.
Status train_kmeans(float* x, std::size_t n, std::int32_t dims, const KMeansOptions& options,
                    Arena arena, float* centroids, std::int32_t* made, std::int32_t* nearest,
                    float* distance);

/// Like the first, with rows ids[0] .. ids[n - 1] of x, no row twice.
Status train_kmeans(const float* x, const std::uint32_t* ids, std::size_t n, std::int32_t dims,
                    const KMeansOptions& options, Arena arena, float* centroids,
                    std::int32_t* made);

/// Bytes of scratch that train_kmeans takes from its arena for n rows, at most.
std::size_t kmeans_memory(std::size_t n, std::int32_t dims, const KMeansOptions& options);

/// Multiply-adds that train_kmeans reports to options.parallel.stop for n rows, about.
double kmeans_work(std::size_t n, std::int32_t dims, const KMeansOptions& options);

/// Nearest centroid of each of n rows, and the squared distance to it: nearest[i], distance[i] (may
/// be null). Ties go to the lower index.
Status assign_nearest(const float* x, std::size_t n, std::int32_t dims, const float* centroids,
                      std::int32_t k, const ParallelOptions& options, Arena arena,
                      std::int32_t* nearest, float* distance);

}  // namespace vecext
