// The body of tile_<instruction set>.cpp: the search for the least scores. Such a file defines
// VECEXT_TILE as a name of its own, and includes this one.
//
// Products are computed with vectors of the compilers' extension, which are as wide as the vectors
// of the instruction set. A block of rows and centroids is in the registers at a time. Each product
// is summed in the order of the dimensions, so that instruction sets with fused multiply-adds give
// equal results. Everything is in an anonymous namespace and calls no inline function of any other
// header: of such a function the linker keeps the copy of any one object, which could then run
// AVX-512 instructions on a machine that does not have them.
#pragma once

#include <utility>

#include "core/cluster/tile.h"

namespace vecext::cluster {
namespace {

// The lanes of a vector, and the block that fits in the registers: kBlockRows rows and kBlockPanels
// panels of kCentroidStep centroids.
#if defined(__AVX512F__)
constexpr std::int32_t kLanes = 16;
constexpr std::int32_t kBlockRows = 12;
constexpr std::int32_t kBlockPanels = 2;
#elif defined(__AVX2__)
constexpr std::int32_t kLanes = 8;
constexpr std::int32_t kBlockRows = 6;
constexpr std::int32_t kBlockPanels = 1;
#elif defined(__aarch64__)
constexpr std::int32_t kLanes = 4;
constexpr std::int32_t kBlockRows = 6;
constexpr std::int32_t kBlockPanels = 1;
#else
constexpr std::int32_t kLanes = 4;
constexpr std::int32_t kBlockRows = 2;
constexpr std::int32_t kBlockPanels = 1;
#endif
constexpr std::int32_t kPanelVectors = kCentroidStep / kLanes;
static_assert(kTileRows % kBlockRows == 0 && kTileCentroids % (kBlockPanels * kCentroidStep) == 0);

using Floats [[gnu::vector_size(kLanes * sizeof(float))]] = float;
using Ints [[gnu::vector_size(kLanes * sizeof(float))]] = std::int32_t;

/// How many floats further the next row of a slice begins. It is not a power of two, with which
/// rows would crowd a few sets of the cache.
constexpr std::int32_t kSliceStride = kTileDepth + kCentroidStep;
static_assert(std::size_t{kTileRows} * (kSliceStride + kTileCentroids) <= kTileScratch);

inline Floats load(const float* from) {
  Floats to;
  __builtin_memcpy(&to, from, sizeof to);
  return to;
}

inline void store(const Floats& from, float* to) {
  __builtin_memcpy(to, &from, sizeof from);
}

/// Copies dimensions [from, from + depth) of a tile's rows to `slice`, each less those of the
/// reference. Zeros fill the last block of rows.
void copy_slice(const Tile& tile, std::int32_t from, std::int32_t depth, float* slice) {
  constexpr std::int32_t kAhead = 4;  // rows that have numbers may lie anywhere in memory
  constexpr std::int32_t kLine = 64 / sizeof(float);
  const auto dims = static_cast<std::size_t>(tile.dims);
  const float* reference = tile.reference + from;
  for (std::int32_t i = 0; i < tile.rows; ++i, slice += kSliceStride) {
    const std::size_t row = tile.ids != nullptr ? tile.ids[i] : static_cast<std::size_t>(i);
    if (tile.ids != nullptr && i + kAhead < tile.rows) {
      const float* next = tile.x + tile.ids[i + kAhead] * dims + from;
      for (std::int32_t d = 0; d < depth; d += kLine) {
        __builtin_prefetch(next + d);
      }
    }
    const float* __restrict x = tile.x + row * dims + from;
    float* __restrict out = slice;
    for (std::int32_t d = 0; d < depth; ++d) {
      out[d] = x[d] - reference[d];
    }
  }
  for (std::int32_t i = tile.rows; i % kBlockRows != 0; ++i, slice += kSliceStride) {
    __builtin_memset(slice, 0, static_cast<std::size_t>(depth) * sizeof(float));
  }
}

/// Adds the products of a block of rows and kPanels panels, which lie `next` floats apart, to
/// products[kTileCentroids * row + centroid]. If `sets` is true, sets these numbers to the products
/// instead.
template <std::int32_t kPanels>
inline void add_products(const float* rows, const float* panel, std::size_t next,
                         std::int32_t depth, bool sets, float* products) {
  constexpr std::int32_t kVectors = kPanels * kPanelVectors;
  Floats sums[kBlockRows][kVectors];
#pragma GCC unroll 12
  for (std::int32_t r = 0; r < kBlockRows; ++r)
#pragma GCC unroll 8
    for (std::int32_t v = 0; v < kVectors; ++v) {
      sums[r][v] = sets ? Floats{} : load(products + r * kTileCentroids + v * kLanes);
    }
  for (std::int32_t d = 0; d < depth; ++d, panel += kCentroidStep) {
    Floats centroids[kVectors];
#pragma GCC unroll 8
    for (std::int32_t v = 0; v < kVectors; ++v) {
      centroids[v] = load(panel + static_cast<std::size_t>(v / kPanelVectors) * next +
                          v % kPanelVectors * kLanes);
    }
#pragma GCC unroll 12
    for (std::int32_t r = 0; r < kBlockRows; ++r) {
      const Floats x = rows[r * kSliceStride + d] - Floats{};
#pragma GCC unroll 8
      for (std::int32_t v = 0; v < kVectors; ++v) {
        sums[r][v] += x * centroids[v];
      }
    }
  }
#pragma GCC unroll 12
  for (std::int32_t r = 0; r < kBlockRows; ++r)
#pragma GCC unroll 8
    for (std::int32_t v = 0; v < kVectors; ++v) {
      store(sums[r][v], products + r * kTileCentroids + v * kLanes);
    }
}

/// Computes products[kTileCentroids * i + j] of row i and centroid first + j. If `has_slice` is
/// true, an earlier call has put the rows into the slice; if whole rows fit into it, they are not
/// copied again.
void multiply(const Tile& tile, std::int32_t first, std::int32_t count, bool has_slice,
              float* slice, float* products) {
  const std::size_t next = static_cast<std::size_t>(tile.dims) * kCentroidStep;
  for (std::int32_t from = 0; from < tile.dims; from += kTileDepth) {
    const std::int32_t left = tile.dims - from;
    const std::int32_t depth = left < kTileDepth ? left : kTileDepth;
    if (!has_slice || depth < tile.dims) {
      copy_slice(tile, from, depth, slice);
    }
    for (std::int32_t j = 0; j < count;) {
      const bool is_whole = count - j >= kBlockPanels * kCentroidStep;
      const float* panel =
          tile.centroids +
          static_cast<std::size_t>(first + j) * static_cast<std::size_t>(tile.dims) +
          static_cast<std::size_t>(from) * kCentroidStep;
      for (std::int32_t i = 0; i < tile.rows; i += kBlockRows) {
        const float* rows = slice + static_cast<std::ptrdiff_t>(i) * kSliceStride;
        float* out = products + static_cast<std::ptrdiff_t>(i) * kTileCentroids + j;
        if (is_whole) {
          add_products<kBlockPanels>(rows, panel, next, depth, from == 0, out);
        } else {
          add_products<1>(rows, panel, next, depth, from == 0, out);
        }
      }
      j += is_whole ? kBlockPanels * kCentroidStep : kCentroidStep;
    }
  }
}

/// Calls row(i, products, first, count) for every row of the tile, for one part of the range of
/// centroids after another: centroids first .. first + count - 1.
template <class Row>
inline void for_rows(const Tile& tile, const Row& row) {
  float* slice = tile.scratch;
  float* products = slice + std::size_t{kTileRows} * kSliceStride;
  for (std::int32_t first = tile.begin; first < tile.end; first += kTileCentroids) {
    const std::int32_t left = tile.end - first;
    const std::int32_t count = left < kTileCentroids ? left : kTileCentroids;
    multiply(tile, first, count, first > tile.begin, slice, products);
    for (std::int32_t i = 0; i < tile.rows; ++i) {
      row(i, products + static_cast<std::ptrdiff_t>(i) * kTileCentroids, first, count);
    }
  }
}

/// Returns the scores of kLanes centroids, given a row's products with them.
inline Floats scores(const float* products, const float* norms) {
  return load(norms) - 2 * load(products);
}

/// Returns the lanes with each lane exchanged for the lane that is kStep from it.
template <std::int32_t kStep, class Vector>
inline Vector exchanged(const Vector& lanes) {
  const auto exchange = [&]<std::int32_t... kLane>(std::integer_sequence<std::int32_t, kLane...>) {
    return __builtin_shufflevector(lanes, lanes, (kLane ^ kStep)...);
  };
  return exchange(std::make_integer_sequence<std::int32_t, kLanes>());
}

/// A score and its centroid in each lane.
struct Scored {
  Floats score;
  Ints centroid;

  /// Keeps the lower of the two scores in every lane. If they are equal, keeps the score of the
  /// lower centroid.
  void lower(const Scored& other) {
    const auto less =
        (other.score < score) | ((other.score == score) & (other.centroid < centroid));
    score = less ? other.score : score;
    centroid = less ? other.centroid : centroid;
  }

  /// Sets each lane to the lower of itself and the lane that is kStep from it.
  template <std::int32_t kStep>
  void lower_across() {
    if constexpr (kStep < kLanes) {
      lower({exchanged<kStep>(score), exchanged<kStep>(centroid)});
    }
  }
};

inline Ints first_lanes() {
  Ints lanes;
  for (std::int32_t l = 0; l < kLanes; ++l) {
    lanes[l] = l;
  }
  return lanes;
}

void update_nearest(const Tile& tile) {
  for_rows(tile,
           [&](std::int32_t i, const float* products, std::int32_t first, std::int32_t count) {
             Scored least{Floats{} + __builtin_inff(), first_lanes() + first};
             for (std::int32_t j = 0; j < count; j += kLanes) {
               const Floats score = scores(products + j, tile.norms + first + j);
               const auto less = score < least.score;
               least.score = less ? score : least.score;
               least.centroid = less ? first_lanes() + (first + j) : least.centroid;
             }
             least.lower_across<8>();
             least.lower_across<4>();
             least.lower_across<2>();
             least.lower_across<1>();
             if (least.score[0] < tile.best[i]) {
               tile.best[i] = least.score[0];
               tile.nearest[i] = least.centroid[0];
             }
           });
}

template <std::int32_t kStep>
inline void join_across(Ints* bits) {
  if constexpr (kStep < kLanes) {
    *bits |= exchanged<kStep>(*bits);
  }
}

/// Returns as bits in which lanes x is at most `limit`.
inline std::uint32_t at_most(const Floats& x, float limit) {
  Ints bits = (x <= limit) & ((Ints{} + 1) << first_lanes());
  join_across<8>(&bits);
  join_across<4>(&bits);
  join_across<2>(&bits);
  join_across<1>(&bits);
  return static_cast<std::uint32_t>(bits[0]);
}

/// Replaces a row's products by its scores. Returns a bound that at least kFew scores are within:
/// the centroids are in kFew parts, and each part has such a score.
inline float write_scores(const float* norms, std::int32_t count, float* products) {
  static_assert(kCentroidStep == 2 * kFew);
  Floats least[kPanelVectors];
  for (Floats& lanes : least) {
    lanes = Floats{} + __builtin_inff();
  }
  for (std::int32_t j = 0; j < count; j += kCentroidStep) {
#pragma GCC unroll 4
    for (std::int32_t v = 0; v < kPanelVectors; ++v) {
      const Floats score = scores(products + j + v * kLanes, norms + j + v * kLanes);
      least[v] = score < least[v] ? score : least[v];
      store(score, products + j + v * kLanes);
    }
  }
  float lanes[kCentroidStep];
  __builtin_memcpy(lanes, least, sizeof lanes);
  float limit = -__builtin_inff();
  for (std::int32_t l = 0; l < kFew; ++l) {
    const float part = lanes[l] < lanes[l + kFew] ? lanes[l] : lanes[l + kFew];
    limit = part > limit ? part : limit;
  }
  return limit;
}

/// Inserts a score into the kFew least scores of a row, behind equal scores.
inline void insert(float score, std::int32_t centroid, float* best, std::int32_t* nearest) {
  std::int32_t l = kFew - 1;
  for (; l > 0 && score < best[(l - 1) * kTileRows]; --l) {
    best[l * kTileRows] = best[(l - 1) * kTileRows];
    nearest[l * kTileRows] = nearest[(l - 1) * kTileRows];
  }
  best[l * kTileRows] = score;
  nearest[l * kTileRows] = centroid;
}

void update_nearest_few(const Tile& tile) {
  for_rows(tile, [&](std::int32_t i, float* products, std::int32_t first, std::int32_t count) {
    const float limit = write_scores(tile.norms + first, count, products);
    float* best = tile.best + i;
    std::int32_t* nearest = tile.nearest + i;
    const float& last = best[(kFew - 1) * kTileRows];
    for (std::int32_t j = 0; j < count; j += kLanes) {
      std::uint32_t bits = at_most(load(products + j), last < limit ? last : limit);
      for (; bits != 0; bits &= bits - 1) {
        const std::int32_t c = j + __builtin_ctz(bits);
        if (products[c] < last) {
          insert(products[c], first + c, best, nearest);
        }
      }
    }
  });
}

}  // namespace

const TileFunctions VECEXT_TILE{update_nearest, update_nearest_few};

}  // namespace vecext::cluster
