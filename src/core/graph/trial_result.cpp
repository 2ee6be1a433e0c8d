#include "core/graph/trial_result.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// Slacks are tried in these steps, from the least on.
constexpr float kLeastSlack = 0.02F;
constexpr float kStep = 1.03F;

constexpr double kErrors = 2;

}  // namespace

bool TrialResult::take(Arena arena) {
  const std::int32_t count = queries_.count() * kTrialNeighbours;
  needed_ = arena.array<float>(static_cast<std::size_t>(count));
  if (needed_ != nullptr) {
    std::fill_n(needed_, count, std::numeric_limits<float>::infinity());
  }
  return needed_ != nullptr;
}

bool TrialResult::reaches(float slack, double recall) const {
  double sum = 0;
  double squares = 0;
  std::int32_t count = 0;
  for (std::int32_t q = 0; q < queries_.count(); ++q) {
    if (queries_.family(q) == kEasyFamily) {
      continue;
    }
    std::int32_t all = 0;
    std::int32_t found = 0;
    for (std::int32_t i = 0; i < kTrialNeighbours; ++i) {
      all += queries_.truth(q)[i] != kNoNode ? 1 : 0;
      found += needed_[q * kTrialNeighbours + i] <= slack ? 1 : 0;
    }
    const double part = all > 0 ? static_cast<double>(found) / all : 1;
    sum += part;
    squares += part * part;
    ++count;
  }
  const double mean = sum / count;
  const double variance = std::max(0.0, squares / count - mean * mean);
  return mean - kErrors * std::sqrt(variance / count) >= recall;
}

float TrialResult::slack_for(double recall) const {
  float slack = kLeastSlack;
  while (slack < kMostSlack && !reaches(slack, recall)) {
    slack *= kStep;
  }
  return std::min(slack, kMostSlack);
}

}  // namespace vecext
