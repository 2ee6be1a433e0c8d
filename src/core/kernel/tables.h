// The tables that a build may have. The file of an instruction set defines the set's table, and
// exports nothing else.
#pragma once

#include "core/kernel/kernel.h"

namespace vecext::kernel {

extern const Kernels portable_table;

#if defined(__x86_64__)
extern const Kernels avx2_table;
extern const Kernels avx512_table;          // needs F, BW, VL and DQ
extern const Kernels avx512_vpopcnt_table;  // the same table, but with the bit kernels below

// Bit kernels that also need VPOPCNTDQ.
std::uint64_t avx512_vpopcnt_hamming(const std::uint8_t* a, const std::uint8_t* b,
                                     std::size_t bytes);
BitCounts avx512_vpopcnt_jaccard(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes);
#elif defined(__aarch64__)
extern const Kernels neon_table;
#endif

}  // namespace vecext::kernel
