// Access to single elements of a view, and conversion of dense elements to floats in blocks.
//
// Views may point to any address, so this room reads elements by load(), never through a plain
// pointer. Code for both dense types is written once: it uses magnitude(), and converts elements to
// floats block by block.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/value/views.h"

namespace vecext {

template <class T>
struct [[gnu::packed]] Unaligned {
  T value;
};

/// Returns x[i]. `x` may have any alignment.
template <class T>
inline T load(const T* x, std::int32_t i) {
  return reinterpret_cast<const Unaligned<T>*>(x)[i].value;
}

// Return the bits of an element without its sign bit. As integers, they have the order zero, finite
// numbers by magnitude, infinity, NaNs.

inline std::uint32_t magnitude(float x) {
  return std::bit_cast<std::uint32_t>(x) & 0x7fffffffU;
}
inline std::uint16_t magnitude(Half x) {
  return x.bits & 0x7fffU;
}

template <class T>
inline constexpr auto kInfinityMagnitude = std::uint32_t{0x7f800000};
template <>
inline constexpr auto kInfinityMagnitude<Half> = std::uint16_t{0x7c00};

template <class T>
inline bool is_zero(T x) {
  return magnitude(x) == 0;
}
template <class T>
inline bool is_finite(T x) {
  return magnitude(x) < kInfinityMagnitude<T>;
}
template <class T>
inline bool is_infinite(T x) {
  return magnitude(x) == kInfinityMagnitude<T>;
}

/// True if all of x[0 .. n) are finite. Adding one to the exponent carries into the sign bit if and
/// only if all bits of the exponent are set. So the loop only needs to OR the sums, and compilers
/// vectorize it.
template <class T>
inline bool all_finite(const T* x, std::int32_t n) {
  using Bits = decltype(magnitude(*x));
  constexpr Bits sign = Bits{1} << (8 * sizeof(Bits) - 1);
  Bits carries = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    carries |= static_cast<Bits>(magnitude(load(x, i)) + (sign - kInfinityMagnitude<T>));
  }
  return (carries & sign) == 0;
}

/// How many elements a loop converts to floats at a time, which is a multiple of 8.
inline constexpr std::int32_t kBlock = 256;

/// Calls visit(begin, n) for blocks of at most kBlock elements, which together are [0, dim).
template <class Visit>
inline void for_each_block(std::int32_t dim, Visit visit) {
  for (std::int32_t begin = 0; begin < dim; begin += kBlock) {
    visit(begin, std::min(kBlock, dim - begin));
  }
}

/// Converts elements to floats, exactly.
inline void widen(const float* in, float* out, std::int32_t n) {
  std::memcpy(out, reinterpret_cast<const char*>(in), static_cast<std::size_t>(n) * sizeof *in);
}
inline void widen(const Half* in, float* out, std::int32_t n) {
  kernel::active().convert.half_to_float(in, out, static_cast<std::size_t>(n));
}

/// Converts floats to elements, rounding to nearest even.
inline void narrow(const float* in, float* out, std::int32_t n) {
  std::memcpy(reinterpret_cast<char*>(out), in, static_cast<std::size_t>(n) * sizeof *in);
}
inline void narrow(const float* in, Half* out, std::int32_t n) {
  kernel::active().convert.float_to_half(in, out, static_cast<std::size_t>(n));
}

}  // namespace vecext
