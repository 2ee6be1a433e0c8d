// How a score falls as a value moves away from a target: 1 at the target, `midpoint` at the
// distance `scale` from it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vecext {

enum class DecayKind : std::uint8_t { kExponential, kGaussian, kLinear };

/// scale > 0; 0 < midpoint < 1, and for a linear decay 0 <= midpoint <= 1.
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
