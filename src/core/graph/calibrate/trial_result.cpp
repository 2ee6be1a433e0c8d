#include "core/graph/calibrate/trial_result.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// Slacks are tried in these steps, from the least on.
constexpr float kLeastSlack = 0.02F;
constexpr float kStep = 1.03F;

}  // namespace

bool TrialResult::take(Arena arena) {
  const std::int32_t count = truth_.count() * kTrialNeighbors;
  needs_ = arena.array<Need>(static_cast<std::size_t>(count));
  if (needs_ != nullptr) {
    constexpr float kNever = std::numeric_limits<float>::infinity();
    std::fill_n(needs_, count, Need{kNever, kNever});
  }
  return needs_ != nullptr;
}

/// The mean of the family's queries; and with a margin of a standard error, which is large if a
/// query misses a whole cluster; with a sample one and a half standard errors and a neighbor that
/// is half missed, as there are few queries. A family without true neighbors misses nothing.
TrialResult::Missed TrialResult::missed(std::int32_t family, float slack, float Need::*need) const {
  if (!has_neighbors(family)) {
    return {0, 0};
  }
  double sum = 0;
  double weights = 0;
  double squares = 0;
  double products = 0;
  double squared_weights = 0;
  for (std::int32_t q = truth_.first(family); q < truth_.first(family + 1); ++q) {
    std::int32_t all = 0;
    std::int32_t missed = 0;
    for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
      const bool is_true = truth_.of(q)[i] != kNoNode;
      all += is_true ? 1 : 0;
      missed += is_true && needs_[q * kTrialNeighbors + i].*need > slack ? 1 : 0;
    }
    const double weight = is_sample_ ? all : 1;
    const double part = all > 0 ? weight * missed / all : 0;
    sum += part;
    weights += weight;
    squares += part * part;
    products += part * weight;
    squared_weights += weight * weight;
  }
  const double errors = is_sample_ ? 1.5 : 1;
  const double one_more = is_sample_ ? 1 : 0;
  const double all_weights = weights + one_more;
  const double mean = (sum + one_more / 2) / all_weights;
  // Parts differ from what their weights make expect.
  const double apart = squares - 2 * mean * products + mean * mean * squared_weights;
  return {sum / weights, mean + errors * std::sqrt(std::max(0.0, apart)) / all_weights};
}

bool TrialResult::has_neighbors(std::int32_t family) const {
  bool has = false;
  for (std::int32_t q = truth_.first(family); q < truth_.first(family + 1); ++q) {
    has = has || truth_.of(q)[0] != kNoNode;
  }
  return has;
}

bool TrialResult::says_anything() const {
  bool says = false;
  for (std::int32_t family = kEasyFamily + 1; family < kTrialFamilies; ++family) {
    says = says || has_neighbors(family);
  }
  return says;
}

float TrialResult::slack_for(double recall) const {
  float slack = kLeastSlack;
  for (std::int32_t family = 0; family < kTrialFamilies; ++family) {
    while (family != kEasyFamily && slack < kMostSlack &&
           truly_missed_ * missed(family, slack, &Need::slack).with_margin > 1 - recall) {
      slack *= kStep;
    }
  }
  return std::min(slack, kMostSlack);
}

double TrialResult::recall_with(float slack) const {
  double most = 0;
  for (std::int32_t family = kEasyFamily + 1; family < kTrialFamilies; ++family) {
    most = std::max(most, missed(family, slack, &Need::in_search).mean);
  }
  return std::max(0.0, 1 - truly_missed_ * most);
}

}  // namespace vecext
