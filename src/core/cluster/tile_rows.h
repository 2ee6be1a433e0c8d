// Compares rows that do not lie next to each other with the centroids of a tile.
#pragma once

#include <algorithm>

#include "core/cluster/nearest_centroid.h"
#include "core/cluster/tile.h"

namespace vecext::cluster {

/// Compares n rows with the centroids of a tile, and updates `best` and `nearest` for rows that are
/// nearer to one of them. The place of row i in `best` and `nearest` is row[i], and its place in
/// `of` is first + row[i]. `numbers` has the numbers of the tile's centroids.
inline void lower_by_tile(Tile task, const Rows& of, std::size_t first, const std::uint32_t* row,
                          std::size_t n, const std::int32_t* numbers, float* best,
                          std::int32_t* nearest) {
  std::uint32_t ids[kTileRows];
  float tile_best[kTileRows];
  std::int32_t tile_nearest[kTileRows];
  task.ids = ids;
  task.best = tile_best;
  task.nearest = tile_nearest;
  for (const std::uint32_t* const end = row + n; row < end; row += kTileRows) {
    const std::size_t count = std::min<std::size_t>(kTileRows, static_cast<std::size_t>(end - row));
    task.rows = static_cast<std::int32_t>(count);
    for (std::size_t i = 0; i < count; ++i) {
      ids[i] = of.id(first + row[i]);
      tile_best[i] = best[row[i]];
      tile_nearest[i] = -1;
    }
    tile_functions().update_nearest(task);
    for (std::size_t i = 0; i < count; ++i) {
      if (tile_nearest[i] < 0) {
        continue;
      }
      best[row[i]] = tile_best[i];
      nearest[row[i]] = numbers[tile_nearest[i]];
    }
  }
}

}  // namespace vecext::cluster
