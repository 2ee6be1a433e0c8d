// The inner work of a construction: distances between many rows by matrix products, and the nearest
// few of every row. One pair of functions for each instruction set, all made of knn_tile.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext::graph {

/// The most rows of a leaf.
inline constexpr std::int32_t kLeafRows = 1500;
/// How many nearest neighbors are found for each row of a leaf.
inline constexpr std::int32_t kLeafNeighbors = 16;
/// To how many nearest leaders a row belongs.
inline constexpr std::int32_t kOverlap = 3;

/// Rows of a block of distances: a multiple of the rows that Eigen's kernels take at once, and of
/// 32.
inline constexpr std::int32_t kBlock = 192;
/// Dimensions of one product; longer rows are taken in slices.
inline constexpr std::int32_t kDepth = 256;
/// kLeafRows rounded up to whole blocks.
inline constexpr std::int32_t kLeafRoom = (kLeafRows + kBlock - 1) / kBlock * kBlock;

/// The nearest columns of each row found so far, nearest first.
template <std::int32_t kLength>
struct KnnLists {
  float limit[kLeafRoom];  // distance of the last; minus infinity where there is no row
  float distance[kLeafRoom][kLength];
  std::int32_t column[kLeafRoom][kLength];  // -1: none
};

/// Memory of a thread. Eigen reads what it has packed a vector at a time.
struct alignas(64) KnnScratch {
  float norms[kLeafRoom];
  std::uint32_t rows[kLeafRoom];
  float distances[kBlock * kBlock];  // row i, column j of a block at i + kBlock * j
  float slices[2][kBlock * kDepth];
  float packed[2][kBlock * kDepth];
  KnnLists<kLeafNeighbors> leaf;
  KnnLists<4> leaders;  // a power of two; kOverlap of them are wanted
};

/// Vectors relative to a reference.
struct KnnSide {
  const float* x;            // vector i starts at x + dims * (ids ? ids[i] : i)
  const std::uint32_t* ids;  // or null
  const float* norms;        // squared, relative to the reference
  std::int32_t count;
};

struct KnnTask {
  std::int32_t dims;
  const float* reference;  // subtracted from every vector: `dims` floats
  KnnSide rows;            // at most kLeafRows
  KnnSide columns;         // of leaders: any number
  KnnScratch* scratch;
};

/// leaf: sets scratch->leaf to the nearest neighbors of each of task.rows (task.columns is not
/// read). leaders: sets scratch->leaders to the nearest of task.columns for each of task.rows, at
/// most kBlock. Distances that are NaN or infinite are never near.
struct KnnFunctions {
  void (*leaf)(const KnnTask& task);
  void (*leaders)(const KnnTask& task);
  /// Adds the nearer of task.columns, numbered from 0, to the lists of task.rows, at most kBlock.
  /// clear_knn() must have emptied the lists before.
  void (*more)(const KnnTask& task, KnnLists<kLeafNeighbors>* lists);
};

/// Empties the lists of `rows` rows.
void clear_knn(std::int32_t rows, KnnLists<kLeafNeighbors>* lists);

extern const KnnFunctions knn_portable;
extern const KnnFunctions knn_avx2;
extern const KnnFunctions knn_avx512;

/// The functions of the instruction set of the kernels in use.
const KnnFunctions& knn_functions();

}  // namespace vecext::graph
