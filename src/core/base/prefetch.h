// Prefetching memory into a level of the processor's cache.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext {

enum class CacheLevel { kFirst, kSecond };

/// Prefetches the cache lines in which the bytes [at, at + bytes) lie. There need not be memory at
/// these addresses.
template <CacheLevel level>
inline void prefetch_lines(const void* at, std::size_t bytes) {
  constexpr std::size_t kCacheLine = 64;
  constexpr int kLocality = level == CacheLevel::kFirst ? 3 : 2;
  // The bytes need not begin at a cache line.
  const auto begin = reinterpret_cast<std::uintptr_t>(at);
  for (std::uintptr_t line = begin / kCacheLine * kCacheLine; line < begin + bytes;
       line += kCacheLine) {
    __builtin_prefetch(reinterpret_cast<const void*>(line), 0, kLocality);
  }
}

}  // namespace vecext
