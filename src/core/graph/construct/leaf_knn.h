// The inner work of a construction: computes distances between many rows by matrix products, and
// finds the nearest few of every row. Each instruction set has functions of its own, all made of
// knn_tile.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext::graph {

/// The most rows of a leaf.
inline constexpr std::int32_t kLeafRows = 1500;
/// How many nearest neighbors are found for each row of a leaf.
inline constexpr std::int32_t kLeafNeighbors = 16;
/// How many leaders a row belongs to: its nearest ones.
inline constexpr std::int32_t kOverlap = 3;

/// Rows of a block of distances. It is a multiple of 32, and of the rows that Eigen's kernels take
/// at once.
inline constexpr std::int32_t kBlock = 192;
/// Dimensions of one product; longer rows are taken in slices.
inline constexpr std::int32_t kDepth = 256;
/// kLeafRows rounded up to whole blocks.
inline constexpr std::int32_t kLeafRoom = (kLeafRows + kBlock - 1) / kBlock * kBlock;

/// For each row the nearest columns found so far, nearest first.
template <std::int32_t kLength>
struct KnnLists {
  float limit[kLeafRoom];  // distance of the last column; minus infinity if there is no such row
  float distance[kLeafRoom][kLength];
  std::int32_t column[kLeafRoom][kLength];  // -1 if there is none
};

/// Memory of a thread. It is aligned because Eigen reads a whole SIMD vector of packed floats at a
/// time.
struct alignas(64) KnnScratch {
  float norms[kLeafRoom];
  std::uint32_t rows[kLeafRoom];
  float distances[kBlock * kBlock];  // row i, column j of a block at i + kBlock * j
  float slices[2][kBlock * kDepth];
  float packed[2][kBlock * kDepth];
  KnnLists<kLeafNeighbors> leaf;
  KnnLists<4> leaders;  // the length is a power of two; kOverlap of them are wanted
};

/// Some vectors, of which each is taken less the reference.
struct KnnSide {
  const float* x;            // vector i starts at x + dims * (ids ? ids[i] : i)
  const std::uint32_t* ids;  // or null
  const float* norms;        // squared lengths, relative to the reference
  std::int32_t count;
};

struct KnnTask {
  std::int32_t dims;
  const float* reference;  // subtracted from every vector: `dims` floats
  KnnSide rows;            // at most kLeafRows
  KnnSide columns;         // leaders, any number
  KnnScratch* scratch;
};

/// The functions of an instruction set. `leaf` sets scratch->leaf to the nearest neighbors of each
/// of task.rows, and does not read task.columns. `leaders` sets scratch->leaders to the nearest of
/// task.columns for each of task.rows, of which there are at most kBlock. A row whose distance is
/// NaN or infinite is never near.
struct KnnFunctions {
  void (*leaf)(const KnnTask& task);
  void (*leaders)(const KnnTask& task);
  /// Adds those of task.columns, numbered from 0, that are near enough to the lists of task.rows.
  /// There are at most kBlock rows. Before the first call, clear_knn() must have emptied the lists.
  void (*more)(const KnnTask& task, KnnLists<kLeafNeighbors>* lists);
};

/// Empties the lists of `rows` rows.
void clear_knn(std::int32_t rows, KnnLists<kLeafNeighbors>* lists);

extern const KnnFunctions knn_portable;
extern const KnnFunctions knn_avx2;
extern const KnnFunctions knn_avx512;

/// Returns the functions for the instruction set that the kernels use.
const KnnFunctions& knn_functions();

}  // namespace vecext::graph
