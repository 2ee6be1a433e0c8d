// A small seeded generator, which gives the same numbers on every machine (SplitMix64, Steele et
// al. 2014).
#pragma once

#include <cstdint>

namespace vecext {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  /// Returns a number that is uniform in [0, n), for 0 < n < 2^53.
  std::uint64_t below(std::uint64_t n) {
    constexpr double kUnit = 1.0 / static_cast<double>(std::uint64_t{1} << 53);
    return static_cast<std::uint64_t>(static_cast<double>(next() >> 11) * kUnit *
                                      static_cast<double>(n));
  }

 private:
  std::uint64_t state_;
};

}  // namespace vecext
