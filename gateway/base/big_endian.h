// Integers in the order of bytes that the server's binary forms have.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <string>

namespace vecext::gateway {

/// Returns the integer whose bytes in memory are those of `value`, the highest first.
template <std::unsigned_integral T>
T to_big_endian(T value) {
  static_assert(std::endian::native == std::endian::little ||
                std::endian::native == std::endian::big);
  if constexpr (std::endian::native == std::endian::big) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return __builtin_bswap16(value);
  } else if constexpr (sizeof(T) == 4) {
    return __builtin_bswap32(value);
  } else {
    return __builtin_bswap64(value);
  }
}

template <std::unsigned_integral T>
void append_big_endian(std::string& out, T value) {
  const T bytes = to_big_endian(value);
  out.append(reinterpret_cast<const char*>(&bytes), sizeof bytes);
}

}  // namespace vecext::gateway
