// The body of gemm_<instruction set>.cpp: the search for the least score. Before it, such a file
// defines two names of its own, VECEXT_EIGEN and VECEXT_UPDATE_NEAREST.
#pragma once

#include "core/cluster/gemm.h"
#include "core/cluster/tile.h"

namespace vecext::cluster {
namespace {

/// scores[i + rows * j] = |c|^2 - 2 x.c for row i and centre first + j.
void score(const Tile& tile, std::int32_t first, std::int32_t count, float* scores) {
  float* slice = scores + std::size_t{kTileRows} * kTileCentres;
  float* packed_rows = slice + std::size_t{kTileRows} * kTileDepth;
  float* packed_centres = packed_rows + std::size_t{kTileRows} * kTileDepth;

  for (std::int32_t j = 0; j < count; ++j) {
    float* column = scores + static_cast<std::ptrdiff_t>(j) * tile.rows;
    for (std::int32_t i = 0; i < tile.rows; ++i) column[i] = tile.norms[first + j];
  }
  const float* centres = tile.centres + static_cast<std::ptrdiff_t>(first) * tile.dims;
  for (std::int32_t from = 0; from < tile.dims; from += kTileDepth) {
    const std::int32_t left = tile.dims - from;
    const std::int32_t depth = left < kTileDepth ? left : kTileDepth;
    copy_slice(tile.x, tile.ids, tile.rows, tile.dims, tile.reference, from, depth, slice);
    subtract_products({slice, tile.rows, depth, packed_rows},
                      {centres + from, count, tile.dims, packed_centres}, depth, scores, tile.rows);
  }
}

/// Lowers the best score of every row by one column of scores, that of `centre`.
void lower(const float* __restrict scores, std::int32_t rows, std::int32_t centre,
           float* __restrict best, std::int32_t* __restrict nearest) {
  for (std::int32_t i = 0; i < rows; ++i) {
    const bool less = scores[i] < best[i];
    best[i] = less ? scores[i] : best[i];
    nearest[i] = less ? centre : nearest[i];
  }
}

}  // namespace

void VECEXT_UPDATE_NEAREST(const Tile& tile) {
  float* scores = tile.scratch;
  for (std::int32_t first = tile.begin; first < tile.end; first += kTileCentres) {
    const std::int32_t left = tile.end - first;
    const std::int32_t count = left < kTileCentres ? left : kTileCentres;
    score(tile, first, count, scores);
    for (std::int32_t j = 0; j < count; ++j)
      lower(scores + static_cast<std::ptrdiff_t>(j) * tile.rows, tile.rows, first + j, tile.best,
            tile.nearest);
  }
}

}  // namespace vecext::cluster
