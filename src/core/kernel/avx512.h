// What the files of AVX-512 share: the intrinsics, and loads and sums of the bytes of bit strings,
// but not population counts.
#pragma once

// GCC 12 warns about the vectors that its own header leaves undefined.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cstddef>
#include <cstdint>

namespace vecext::kernel {
namespace {

/// Returns the mask of the first n lanes, n < 64.
inline __mmask64 first_lanes(std::size_t n) {
  return (std::uint64_t{1} << n) - 1;
}

struct Avx512Words {
  using Words = __m512i;

  static Words load(const std::uint8_t* p) { return _mm512_loadu_si512(p); }
  static Words load(const std::uint8_t* p, std::size_t n) {
    return _mm512_maskz_loadu_epi8(first_lanes(n), p);
  }
  static std::uint64_t sum(Words x) {
    return static_cast<std::uint64_t>(_mm512_reduce_add_epi64(x));
  }
};

}  // namespace
}  // namespace vecext::kernel
