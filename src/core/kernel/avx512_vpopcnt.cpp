// Bit kernels with the population counts of AVX-512 VPOPCNTDQ.
#include "core/kernel/avx512.h"
#include "core/kernel/loops.h"

namespace vecext::kernel {
namespace {

struct Avx512Vpopcnt : Avx512Words {
  static Words popcount(Words x) { return _mm512_popcnt_epi64(x); }
};

}  // namespace

std::uint64_t avx512_vpopcnt_hamming(const std::uint8_t* a, const std::uint8_t* b,
                                     std::size_t bytes) {
  return one<Hamming<Avx512Vpopcnt>>(a, b, bytes);
}

BitCounts avx512_vpopcnt_jaccard(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  return one<Jaccard<Avx512Vpopcnt>>(a, b, bytes);
}

}  // namespace vecext::kernel
