// How a score falls as a value moves away from a target. It is 1 at the target, and `midpoint` at
// the distance `scale` from the target.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vecext {

enum class DecayKind : std::uint8_t { kExponential, kGaussian, kLinear };

/// Returns the score at that distance. `scale` must be > 0, and `midpoint` must be > 0 and < 1. For
/// a linear decay, `midpoint` may also be 0 or 1.
inline double decay(DecayKind kind, double distance, double scale, double midpoint) {
  const double x = std::fabs(distance) / scale;
  switch (kind) {
    case DecayKind::kExponential:
      return std::exp(std::log(midpoint) * x);
    case DecayKind::kGaussian:
      return std::exp(std::log(midpoint) * x * x);
    case DecayKind::kLinear:
      return std::max(0.0, 1 - (1 - midpoint) * x);
  }
  return 0;
}

}  // namespace vecext
