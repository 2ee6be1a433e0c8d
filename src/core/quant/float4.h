// Four floats as one vector of the compilers' vector extension. The loops of this room use it on
// every machine. Dimensions are multiples of four, so no loop has a remainder.
#pragma once

#include <cstdint>
#include <cstring>

namespace vecext {

using Float4 [[gnu::vector_size(16)]] = float;
using Int4 [[gnu::vector_size(16)]] = std::int32_t;

inline Float4 load4(const float* p) {
  Float4 x;
  std::memcpy(&x, p, sizeof x);
  return x;
}

inline void store4(float* p, Float4 x) {
  std::memcpy(p, &x, sizeof x);
}

inline Float4 abs4(Float4 x) {
  return reinterpret_cast<Float4>(reinterpret_cast<Int4>(x) & 0x7fffffff);
}

inline float sum4(Float4 x) {
  return (x[0] + x[2]) + (x[1] + x[3]);
}

}  // namespace vecext
