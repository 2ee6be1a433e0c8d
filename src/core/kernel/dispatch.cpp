// Finds out which tables this machine can run, and has the table in use.
#include <cstring>

#include "core/kernel/kernel.h"
#include "core/kernel/tables.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace vecext::kernel {
namespace {

#if defined(__x86_64__)

/// True if the processor has F16C, which __builtin_cpu_supports() of clang 14 does not know.
bool has_f16c() {
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}

// __builtin_cpu_supports() also checks that the operating system saves the registers.

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2") && has_f16c();
}

bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

/// Appends the tables of this machine's instruction sets to a list, the best one last. Returns the
/// end of the list.
const Kernels** detect(const Kernels** list) {
  if (has_avx2()) {
    *list++ = &avx2_table;
  }
  if (has_avx512()) {
    *list++ = __builtin_cpu_supports("avx512vpopcntdq") ? &avx512_vpopcnt_table : &avx512_table;
  }
  return list;
}

#elif defined(__aarch64__)

const Kernels** detect(const Kernels** list) {
  *list++ = &neon_table;
  return list;
}

#else

const Kernels** detect(const Kernels** list) {
  return list;
}

#endif

}  // namespace

constinit const Kernels* detail::active = &portable_table;

const Kernels* const* available() {
  static const Kernels* list[4];  // all zero before the first call
  if (list[0] == nullptr) {
    const Kernels** end = list;
    *end++ = &portable_table;
    detect(end);
  }
  return list;
}

void select_best() {
  for (const Kernels* const* table = available(); *table != nullptr; ++table) {
    detail::active = *table;
  }
}

bool select(const char* name) {
  for (const Kernels* const* table = available(); *table != nullptr; ++table) {
    if (std::strcmp((*table)->name, name) == 0) {
      detail::active = *table;
      return true;
    }
  }
  return false;
}

}  // namespace vecext::kernel
