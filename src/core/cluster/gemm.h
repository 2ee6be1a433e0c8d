// The body of gemm_<instruction set>.cpp: Eigen's matrix product and the search for the least
// score. Before it, such a file defines two names of its own, VECEXT_EIGEN and
// VECEXT_UPDATE_NEAREST.
//
// Eigen is all templates and inline functions. Compiled in several objects under one name, the
// linker keeps any one copy: generic code could then run AVX-512 instructions on a machine without.
// So each object renames the namespace, and what is ours is in an anonymous one. No function of the
// standard library's headers may be left out of line here either, hence -O3 whatever the build.
#pragma once

#define Eigen VECEXT_EIGEN
#define EIGEN_DONT_PARALLELIZE  // threads are the caller's
#define EIGEN_NO_DEBUG          // no assertions: core never aborts
#define EIGEN_NO_CPUID          // block sizes are ours, whatever the machine's caches
#define EIGEN_NO_IO
#define EIGEN_MPL2_ONLY

// GCC takes the undefined operand of an unmasked AVX-512 intrinsic for one of ours.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <Eigen/Core>

#include "core/cluster/tile.h"

namespace vecext::cluster {
namespace {

using Index = Eigen::Index;

/// Memory for packed operands that is ours, in place of Eigen's stack or heap: with both pointers
/// set, a product allocates nothing. One block holds the whole product.
struct Blocking : Eigen::internal::level3_blocking<float, float> {
  Blocking(float* lhs, float* rhs, Index rows, Index columns, Index depth) {
    m_blockA = lhs;
    m_blockB = rhs;
    m_mc = rows;
    m_nc = columns;
    m_kc = depth;
  }
};

/// Dimensions [from, from + depth) of a tile's rows, relative to the reference.
void copy_slice(const Tile& tile, std::int32_t from, std::int32_t depth, float* slice) {
  const float* reference = tile.reference + from;
  for (std::int32_t i = 0; i < tile.rows; ++i) {
    const std::size_t row = tile.ids != nullptr ? tile.ids[i] : static_cast<std::size_t>(i);
    const float* in = tile.x + row * static_cast<std::size_t>(tile.dims) + from;
    float* out = slice + static_cast<std::ptrdiff_t>(i) * depth;
    for (std::int32_t d = 0; d < depth; ++d) out[d] = in[d] - reference[d];
  }
}

/// scores[i + rows * j] = |c|^2 - 2 x.c for row i and centre first + j.
void score(const Tile& tile, std::int32_t first, std::int32_t count, float* scores) {
  using Product =
      Eigen::internal::general_matrix_matrix_product<Index, float, Eigen::RowMajor, false, float,
                                                     Eigen::ColMajor, false, Eigen::ColMajor, 1>;
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
    copy_slice(tile, from, depth, slice);
    Blocking blocking(packed_rows, packed_centres, tile.rows, count, depth);
    Product::run(tile.rows, count, depth, slice, depth, centres + from, tile.dims, scores, 1,
                 tile.rows, -2, blocking);
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
