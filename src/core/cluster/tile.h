// The inner work of an assignment: comparing a tile of rows with a range of centroids. Each
// instruction set has functions of its own, all made of nearest_tile.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext::cluster {

/// How many rows a tile has at most. It is a multiple of the rows that are multiplied at once.
inline constexpr std::int32_t kTileRows = 192;
/// How many centroids' scores are computed at once. The scores of a tile then stay in the
/// second-level cache.
inline constexpr std::int32_t kTileCentroids = 256;
/// How many dimensions one matrix product has at most. Longer rows are taken in slices.
inline constexpr std::int32_t kTileDepth = 256;
/// How many centroids a panel has. Centroids are padded to whole panels, so the same instructions
/// score all of them, and equal centroids get equal scores.
inline constexpr std::int32_t kCentroidStep = 16;

/// How many floats of scratch a tile takes, for its rows as a slice, and for products.
inline constexpr std::size_t kTileScratch =
    std::size_t{kTileRows} * (kTileDepth + kCentroidStep + kTileCentroids);

struct Tile {
  const float* x;            // row i starts at x + dims * (ids ? ids[i] : i)
  const std::uint32_t* ids;  // or null
  std::int32_t rows;         // 1 to kTileRows
  std::int32_t dims;
  const float* reference;  // subtracted from every row: `dims` floats
  const float* centroids;  // in panels, relative to `reference`, padded with zeros
  const float* norms;      // squared norms of `centroids`; infinite for the padding
  std::int32_t begin;      // range of centroids to compare; multiples of kCentroidStep
  std::int32_t end;
  float* scratch;         // kTileScratch floats, aligned to 64
  float* best;            // by row: the least score so far, which is lowered
  std::int32_t* nearest;  // by row: the centroid that has the least score
};

/// How many centroids update_nearest_few() finds for each row.
inline constexpr std::int32_t kFew = 8;

struct TileFunctions {
  /// Lowers best[i] to the least |c|^2 - 2 x.c of row i over the range of centroids, and sets
  /// nearest[i] to its centroid. This score is the squared distance without |x|^2, relative to the
  /// reference. Among equal scores, the lower centroid counts; NaN never counts.
  void (*update_nearest)(const Tile& tile);
  /// Does the same for the kFew least scores of row i, in order: score l and its centroid are at i
  /// + kTileRows * l of best and nearest.
  void (*update_nearest_few)(const Tile& tile);
};

extern const TileFunctions tile_portable;
extern const TileFunctions tile_avx2;
extern const TileFunctions tile_avx512;

/// Returns the functions for the instruction set that the kernels use.
const TileFunctions& tile_functions();

}  // namespace vecext::cluster
