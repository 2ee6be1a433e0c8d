// k-means for the lists of an index. It is hierarchical: it makes groups of rows, and in each group
// as many centroids as its size calls for; at the end it does Lloyd rounds over all centroids. It
// uses squared Euclidean distances and several threads. The result depends on the seed, but not on
// the number of threads.
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
/// floats to `centroids` and sets *made to their number. It is less than k if there are fewer
/// distinct rows (for n = 0, there is one centroid of zeros). No two centroids are equal, and each
/// is the mean of at least one row. Takes at most kmeans_memory() bytes of scratch from `arena`.
/// Returns kOutOfMemory if memory runs out, and kCancelled when stopped.
Status train_kmeans(const float* x, std::size_t n, std::int32_t dims, const KMeansOptions& options,
                    Arena arena, float* centroids, std::int32_t* made);

/// Does the same and reorders the rows in place, which is faster. In their new order, also sets
/// nearest[i] to a centroid near row i, for most rows the nearest, and distance[i] to the squared
/// distance to that centroid. This is cheaper than assign_nearest() afterwards.
Status train_kmeans(float* x, std::size_t n, std::int32_t dims, const KMeansOptions& options,
                    Arena arena, float* centroids, std::int32_t* made, std::int32_t* nearest,
                    float* distance);

/// Does the same as the first function, for rows ids[0] .. ids[n - 1] of x, which must differ.
Status train_kmeans(const float* x, const std::uint32_t* ids, std::size_t n, std::int32_t dims,
                    const KMeansOptions& options, Arena arena, float* centroids,
                    std::int32_t* made);

/// Returns the most bytes of scratch that train_kmeans() takes from its arena for n rows.
std::size_t kmeans_memory(std::size_t n, std::int32_t dims, const KMeansOptions& options);

/// Returns about how many multiply-adds train_kmeans() reports to options.parallel.stop for n rows.
double kmeans_work(std::size_t n, std::int32_t dims, const KMeansOptions& options);

/// Sets nearest[i] to the nearest centroid of row i, and distance[i] to the squared distance to it.
/// `distance` may be null. Among equally near centroids, the centroid with the lowest index is
/// taken.
Status assign_nearest(const float* x, std::size_t n, std::int32_t dims, const float* centroids,
                      std::int32_t k, const ParallelOptions& options, Arena arena,
                      std::int32_t* nearest, float* distance);

}  // namespace vecext
