// Eigen's matrix product, for files that are compiled for one instruction set. Such a file defines
// VECEXT_EIGEN as a name of its own, and includes this one.
//
// Eigen consists of templates and inline functions. If several objects compile them under one name,
// the linker keeps the copy of any one object: generic code could then run AVX-512 instructions on
// a machine that does not have them. So each object renames Eigen's namespace, and this code is in
// an anonymous namespace. Functions of the standard library's headers must be inlined here, too:
// that is why every build has -O3.
#pragma once

#define Eigen VECEXT_EIGEN
#define EIGEN_DONT_PARALLELIZE  // the caller has threads of its own
#define EIGEN_NO_DEBUG          // no assertions: core never aborts
#define EIGEN_NO_CPUID          // block sizes are ours, whatever caches the machine has
#define EIGEN_NO_IO
#define EIGEN_MPL2_ONLY

// GCC warns that operands of unmasked AVX-512 intrinsics are undefined.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <cstddef>
#include <cstdint>

#include <Eigen/Core>

namespace vecext::graph {
namespace {

using Index = Eigen::Index;

/// Memory of the caller for packed operands, instead of Eigen's stack or heap. If both pointers are
/// set, a product allocates nothing. The whole product is one block.
struct Blocking : Eigen::internal::level3_blocking<float, float> {
  Blocking(float* lhs, float* rhs, Index rows, Index columns, Index depth) {
    m_blockA = lhs;
    m_blockB = rhs;
    m_mc = rows;
    m_nc = columns;
    m_kc = depth;
  }
};

inline void subtract(const float* __restrict a, const float* __restrict b, std::int32_t n,
                     float* __restrict out) {
  for (std::int32_t d = 0; d < n; ++d) {
    out[d] = a[d] - b[d];
  }
}

/// Copies dimensions [from, from + depth) of `rows` rows to `slice`, each less those of the
/// reference. Row i starts at x + dims * (ids ? ids[i] : i).
inline void copy_slice(const float* x, const std::uint32_t* ids, std::int32_t rows,
                       std::int32_t dims, const float* reference, std::int32_t from,
                       std::int32_t depth, float* slice) {
  constexpr std::int32_t kAhead = 3;  // rows that have numbers may lie anywhere in memory
  constexpr std::int32_t kLine = 64 / sizeof(float);
  for (std::int32_t i = 0; i < rows; ++i) {
    const std::size_t row = ids != nullptr ? ids[i] : static_cast<std::size_t>(i);
    if (ids != nullptr && i + kAhead < rows) {
      const float* next = x + ids[i + kAhead] * static_cast<std::size_t>(dims) + from;
      for (std::int32_t d = 0; d < depth; d += kLine) {
        __builtin_prefetch(next + d);
      }
    }
    subtract(x + row * static_cast<std::size_t>(dims) + from, reference + from, depth,
             slice + static_cast<std::ptrdiff_t>(i) * depth);
  }
}

/// One side of a product: `count` vectors of `depth` floats, `stride` floats apart. `packed` has
/// room for count * depth more floats, to which Eigen packs the vectors.
struct Factor {
  const float* vectors;
  std::int32_t count;
  std::int32_t stride;
  float* packed;
};

/// Subtracts twice the inner products: out[i + out_stride * j] -= 2 <a_i, b_j>, over vectors of
/// `depth` floats.
inline void subtract_products(const Factor& a, const Factor& b, std::int32_t depth, float* out,
                              std::int32_t out_stride) {
  using Product =
      Eigen::internal::general_matrix_matrix_product<Index, float, Eigen::RowMajor, false, float,
                                                     Eigen::ColMajor, false, Eigen::ColMajor, 1>;
  Blocking blocking(a.packed, b.packed, a.count, b.count, depth);
  Product::run(a.count, b.count, depth, a.vectors, a.stride, b.vectors, b.stride, out, 1,
               out_stride, -2, blocking);
}

}  // namespace
}  // namespace vecext::graph
