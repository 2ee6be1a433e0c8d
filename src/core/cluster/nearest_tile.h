// The body of gemm_<instruction set>.cpp: the search for the least scores. Before it, such a
// file defines two names of its own, VECEXT_EIGEN and VECEXT_TILE.
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

/// Enters one column of scores into the few least of every row, after those as low.
void insert(const float* scores, std::int32_t rows, std::int32_t centre, float* best,
            std::int32_t* nearest) {
  float moving[kTileRows];
  std::int32_t moving_centre[kTileRows];
  for (std::int32_t i = 0; i < rows; ++i) {
    moving[i] = scores[i];
    moving_centre[i] = centre;
  }
  for (std::int32_t l = 0; l < kFew; ++l, best += kTileRows, nearest += kTileRows) {
    for (std::int32_t i = 0; i < rows; ++i) {
      const bool less = moving[i] < best[i];
      const float score = best[i];
      const std::int32_t number = nearest[i];
      best[i] = less ? moving[i] : score;
      nearest[i] = less ? moving_centre[i] : number;
      moving[i] = less ? score : moving[i];
      moving_centre[i] = less ? number : moving_centre[i];
    }
  }
}

/// Calls column(scores, centre) for every centre of the range, scores being those of the rows.
template <class Column>
void for_columns(const Tile& tile, const Column& column) {
  float* scores = tile.scratch;
  for (std::int32_t first = tile.begin; first < tile.end; first += kTileCentres) {
    const std::int32_t left = tile.end - first;
    const std::int32_t count = left < kTileCentres ? left : kTileCentres;
    score(tile, first, count, scores);
    for (std::int32_t j = 0; j < count; ++j)
      column(scores + static_cast<std::ptrdiff_t>(j) * tile.rows, first + j);
  }
}

void update_nearest(const Tile& tile) {
  for_columns(tile, [&](const float* scores, std::int32_t centre) {
    lower(scores, tile.rows, centre, tile.best, tile.nearest);
  });
}

void update_nearest_few(const Tile& tile) {
  for_columns(tile, [&](const float* scores, std::int32_t centre) {
    insert(scores, tile.rows, centre, tile.best, tile.nearest);
  });
}

}  // namespace

const TileFunctions VECEXT_TILE{update_nearest, update_nearest_few};

}  // namespace vecext::cluster
