// FHT-Kac: does the rounds of the rotation, in place.
#include "core/quant/rotation.h"

#include <bit>
#include <cmath>

#include "core/base/random.h"
#include "core/quant/float4.h"

namespace vecext {
namespace {

constexpr std::int32_t kRounds = 4;

/// Flips the signs of n elements: the sign of x[i] if bit i of the next words of `random` is set.
void flip_signs(Random& random, float* x, std::int32_t n) {
  for (std::int32_t first = 0; first < n; first += 64) {
    std::uint64_t word = random.next();
    const std::int32_t end = n - first < 64 ? n : first + 64;
    for (std::int32_t i = first; i < end; i += 4, word >>= 4) {
      const Int4 flipped =
          ((Int4{} + static_cast<std::int32_t>(word & 15)) & Int4{1, 2, 4, 8}) != 0;
      const Int4 signs = flipped << 31;
      store4(x + i, reinterpret_cast<Float4>(reinterpret_cast<Int4>(load4(x + i)) ^ signs));
    }
  }
}

void butterfly(Float4& a, Float4& b) {
  const Float4 difference = a - b;
  a = a + b;
  b = difference;
}

/// Does two stages of butterflies over four vectors.
void butterflies(Float4& a, Float4& b, Float4& c, Float4& d) {
  butterfly(a, b);
  butterfly(c, d);
  butterfly(a, c);
  butterfly(b, d);
}

/// Does two stages of butterflies within a vector: between elements that are 1 apart, and 2 apart.
Float4 within(Float4 x) {
  x = __builtin_shufflevector(x, x, 1, 0, 3, 2) + x * Float4{1, -1, 1, -1};
  return __builtin_shufflevector(x, x, 2, 3, 0, 1) + x * Float4{1, 1, -1, -1};
}

/// Computes the Hadamard transform of n elements, times `scale`. n is a power of two, at least 16.
void hadamard(float* x, std::int32_t n, float scale) {
  for (float* p = x; p < x + n; p += 16) {
    Float4 a = load4(p), b = load4(p + 4), c = load4(p + 8), d = load4(p + 12);
    butterflies(a, b, c, d);
    store4(p, within(a * scale));
    store4(p + 4, within(b * scale));
    store4(p + 8, within(c * scale));
    store4(p + 12, within(d * scale));
  }
  std::int32_t apart = 16;
  for (; 4 * apart <= n; apart *= 4) {
    for (float* block = x; block < x + n; block += 4 * apart) {
      for (float* p = block; p < block + apart; p += 4) {
        Float4 a = load4(p), b = load4(p + apart), c = load4(p + 2 * apart),
               d = load4(p + 3 * apart);
        butterflies(a, b, c, d);
        store4(p, a);
        store4(p + apart, b);
        store4(p + 2 * apart, c);
        store4(p + 3 * apart, d);
      }
    }
  }
  if (apart < n) {
    for (float* p = x; p < x + apart; p += 4) {
      Float4 a = load4(p), b = load4(p + apart);
      butterfly(a, b);
      store4(p, a);
      store4(p + apart, b);
    }
  }
}

/// Replaces the two halves of x by their sums and their differences, scaled so that the norm stays.
void mix_halves(float* x, std::int32_t n) {
  constexpr float kScale = 0.70710678f;
  float* __restrict low = x;
  float* __restrict high = x + n / 2;
  for (std::int32_t i = 0; i < n / 2; ++i) {
    const float sum = (low[i] + high[i]) * kScale;
    const float difference = (low[i] - high[i]) * kScale;
    low[i] = sum;
    high[i] = difference;
  }
}

/// The Hadamard transforms of n elements. They transform the first `part` elements or the last, in
/// turn.
struct Transform {
  std::int32_t n;
  std::int32_t part;
  float scale;

  void apply(std::int32_t round, float* x) const {
    hadamard(round % 2 == 0 ? x : x + n - part, part, scale);
  }
};

Transform transform_of(std::int32_t n) {
  const auto part = static_cast<std::int32_t>(std::bit_floor(static_cast<std::uint32_t>(n)));
  return {n, part, 1 / std::sqrt(static_cast<float>(part))};
}

}  // namespace

std::int32_t rotated_dims(std::int32_t dims) {
  return dims <= 16 ? 16 : (dims + 3) / 4 * 4;
}

void rotate(const Rotation& rotation, float* x) {
  const std::int32_t n = rotation.dims;
  const Transform transform = transform_of(n);
  Random random(rotation.seed);
  for (std::int32_t round = 0; round < kRounds; ++round) {
    flip_signs(random, x, n);
    transform.apply(round, x);
    if (transform.part != n) {
      mix_halves(x, n);
    }
  }
}

/// Each step is its own inverse, so the same steps are done from the last to the first.
void unrotate(const Rotation& rotation, float* x) {
  const std::int32_t n = rotation.dims;
  const Transform transform = transform_of(n);
  for (std::int32_t round = kRounds - 1; round >= 0; --round) {
    if (transform.part != n) {
      mix_halves(x, n);
    }
    transform.apply(round, x);
    Random random(rotation.seed);
    for (std::int32_t word = 0; word < round * ((n + 63) / 64); ++word) {
      random.next();
    }
    flip_signs(random, x, n);
  }
}

}  // namespace vecext
