// Assignment of rows to centres: tiles on all threads, by the instruction set of the kernels.
#include "core/cluster/nearest.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/cluster/parallel.h"
#include "core/cluster/tile.h"
#include "core/kernel/kernel.h"

namespace vecext {
namespace cluster {
namespace {

using UpdateNearest = void (*)(const Tile&);

UpdateNearest update_nearest() {
#if defined(__x86_64__)
  const char* name = kernel::active().name;
  if (std::strcmp(name, "avx512") == 0) return update_nearest_avx512;
  if (std::strcmp(name, "avx2") == 0) return update_nearest_avx2;
#endif
  return update_nearest_portable;
}

std::int32_t padded(std::int32_t k) {
  return (k + kCentreStep - 1) / kCentreStep * kCentreStep;
}

}  // namespace

bool Nearest::take(Arena arena, std::int32_t k) {
  const auto room = static_cast<std::size_t>(padded(k));
  centres_ = arena.array<float>(room * static_cast<std::size_t>(dims_));
  norms_ = arena.array<float>(room);
  scratch_ = arena.array<float>(kTileScratch * static_cast<std::size_t>(options_.threads));
  return centres_ != nullptr && norms_ != nullptr && scratch_ != nullptr;
}

Status Nearest::prepare(const float* centres, std::int32_t k) {
  const auto dims = static_cast<std::size_t>(dims_);
  const auto count = static_cast<std::size_t>(padded(k));
  return for_each(options_, count, dims, [&](std::size_t c, std::int32_t) {
    float* out = centres_ + c * dims;
    if (c >= static_cast<std::size_t>(k)) {
      std::fill_n(out, dims, 0.0F);
      norms_[c] = std::numeric_limits<float>::infinity();
      return;
    }
    double norm = 0;
    for (std::size_t d = 0; d < dims; ++d) {
      out[d] = centres[c * dims + d] - centres[d];
      norm += static_cast<double>(out[d]) * static_cast<double>(out[d]);
    }
    norms_[c] = static_cast<float>(norm);
  });
}

Status Nearest::find(const Rows& rows, const float* centres, std::int32_t k, float* best,
                     std::int32_t* nearest) {
  Status status = prepare(centres, k);
  const UpdateNearest update = update_nearest();
  const auto dims = static_cast<std::size_t>(dims_);
  const std::size_t tiles = (rows.n + kTileRows - 1) / kTileRows;
  // Where one tile against all centres is too much for a piece, the centres are cut as well.
  const std::size_t block_work = std::size_t{kTileRows} * kTileCentres * dims;
  const std::size_t blocks = std::max<std::size_t>(1, kPieceWork / block_work);
  const std::size_t end = static_cast<std::size_t>(padded(k));
  const std::size_t step = std::min(end, blocks * kTileCentres);

  for (std::size_t begin = 0; begin < end && status.ok(); begin += step) {
    const std::size_t count = std::min(step, end - begin);
    status = for_each(options_, tiles, kTileRows * count * dims,
                      [&](std::size_t tile, std::int32_t slot) {
                        const std::size_t first = tile * kTileRows;
                        const std::size_t n = std::min<std::size_t>(kTileRows, rows.n - first);
                        if (begin == 0) {
                          std::fill_n(best + first, n, std::numeric_limits<float>::infinity());
                          std::fill_n(nearest + first, n, 0);
                        }
                        update({.x = rows.ids != nullptr ? rows.x : rows.x + first * dims,
                                .ids = rows.ids != nullptr ? rows.ids + first : nullptr,
                                .rows = static_cast<std::int32_t>(n),
                                .dims = dims_,
                                .reference = centres,
                                .centres = centres_,
                                .norms = norms_,
                                .begin = static_cast<std::int32_t>(begin),
                                .end = static_cast<std::int32_t>(begin + count),
                                .scratch = scratch_ + kTileScratch * static_cast<std::size_t>(slot),
                                .best = best + first,
                                .nearest = nearest + first});
                      });
  }
  return status;
}

}  // namespace cluster

Status assign_nearest(const float* x, std::size_t n, std::int32_t dims, const float* centres,
                      std::int32_t k, const KMeansOptions& options, Arena arena,
                      std::int32_t* nearest, float* distance) {
  if (n == 0) return {};
  cluster::Nearest assignment(dims, options);
  float* best = distance != nullptr ? distance : arena.array<float>(n);
  if (best == nullptr || !assignment.take(arena, k)) return {.code = StatusCode::kOutOfMemory};
  Status status = assignment.find({x, nullptr, n}, centres, k, best, nearest);
  if (!status.ok() || distance == nullptr) return status;

  // From the rows themselves: a score has lost what |x|^2 and |c|^2 have in common.
  const auto l2_squared = kernel::active().f32.l2_squared;
  const auto width = static_cast<std::size_t>(dims);
  constexpr std::size_t kBlock = 64;
  return cluster::for_each(
      options, (n + kBlock - 1) / kBlock, kBlock * width, [&](std::size_t block, std::int32_t) {
        const std::size_t end = std::min(n, (block + 1) * kBlock);
        for (std::size_t i = block * kBlock; i < end; ++i) {
          const float* centre = centres + static_cast<std::size_t>(nearest[i]) * width;
          distance[i] = l2_squared(x + i * width, centre, width);
        }
      });
}

}  // namespace vecext
