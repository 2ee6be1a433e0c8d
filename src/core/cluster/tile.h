// The inner work of an assignment: a tile of rows against a range of centres. One function for each
// instruction set, all made of nearest_tile.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext::cluster {

/// Rows of a tile: a multiple of what Eigen's kernels take at once (48, 24 or 12 by 4).
inline constexpr std::int32_t kTileRows = 192;
/// Centres whose scores are made at once; a tile of scores stays in the second-level cache.
inline constexpr std::int32_t kTileCentres = 256;
/// Dimensions of one matrix product; longer rows are taken in slices.
inline constexpr std::int32_t kTileDepth = 256;
/// Centres are padded to a multiple of this, so that the same instructions score all of them and
/// equal centres get equal scores.
inline constexpr std::int32_t kCentreStep = 8;

/// Floats of scratch for one tile: its rows as a slice, both operands as Eigen packs them, scores.
inline constexpr std::size_t kTileScratch =
    std::size_t{2} * kTileRows * kTileDepth + std::size_t{kTileCentres} * (kTileDepth + kTileRows);

struct Tile {
  const float* x;            // row i starts at x + dims * (ids ? ids[i] : i)
  const std::uint32_t* ids;  // or null
  std::int32_t rows;         // 1 to kTileRows
  std::int32_t dims;
  const float* reference;  // subtracted from every row: `dims` floats
  const float* centres;    // relative to `reference`, padded with zeros
  const float* norms;      // squared norms of `centres`; infinite for the padding
  std::int32_t begin;      // range of centres to look at; multiples of kCentreStep
  std::int32_t end;
  float* scratch;         // kTileScratch floats, aligned to 64
  float* best;            // a row: least score so far, lowered
  std::int32_t* nearest;  // a row: the centre that has it
};

/// Lowers best[i] to the least |c|^2 - 2 x.c over the range (relative to the reference; the squared
/// distance but for |x|^2) and notes the centre. The lower index wins a tie; what is not a number
/// never wins.
void update_nearest_portable(const Tile& tile);
void update_nearest_avx2(const Tile& tile);
void update_nearest_avx512(const Tile& tile);

}  // namespace vecext::cluster
