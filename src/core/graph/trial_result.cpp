#include "core/graph/trial_result.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// Slacks are tried in these steps, from the least on.
constexpr float kLeastSlack = 0.02F;
constexpr float kStep = 1.03F;

/// Of what seems to need more slack, a search with less misses this share: it notes only the
/// estimates of a node that are near, so that those come sooner (measured: .68 to .85).
constexpr double kTrulyMissed = 0.77;

}  // namespace

bool TrialResult::take(Arena arena) {
  const std::int32_t count = queries_.count() * kTrialNeighbours;
  needed_ = arena.array<float>(static_cast<std::size_t>(count));
  if (needed_ != nullptr) {
    std::fill_n(needed_, count, std::numeric_limits<float>::infinity());
  }
  return needed_ != nullptr;
}

/// The share of a family's neighbours for which that slack is not enough: the mean of its queries,
/// and a standard error more, which is much where a query misses a whole cluster.
double TrialResult::missed(std::int32_t family, float slack) const {
  double sum = 0;
  double squares = 0;
  const std::int32_t end = queries_.first(family + 1);
  for (std::int32_t q = queries_.first(family); q < end; ++q) {
    std::int32_t all = 0;
    std::int32_t missed = 0;
    for (std::int32_t i = 0; i < kTrialNeighbours; ++i) {
      const bool is_true = queries_.truth(q)[i] != kNoNode;
      all += is_true ? 1 : 0;
      missed += is_true && needed_[q * kTrialNeighbours + i] > slack ? 1 : 0;
    }
    const double part = all > 0 ? static_cast<double>(missed) / all : 0;
    sum += part;
    squares += part * part;
  }
  const std::int32_t count = end - queries_.first(family);
  const double mean = sum / count;
  const double variance = std::max(0.0, squares / count - mean * mean);
  return mean + std::sqrt(variance / count);
}

float TrialResult::slack_for(double recall) const {
  float slack = kLeastSlack;
  for (std::int32_t family = 0; family < kTrialFamilies; ++family) {
    while (family != kEasyFamily && slack < kMostSlack &&
           kTrulyMissed * missed(family, slack) > 1 - recall) {
      slack *= kStep;
    }
  }
  return std::min(slack, kMostSlack);
}

}  // namespace vecext
