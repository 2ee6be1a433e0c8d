#include "core/graph/calibrate/trial_result.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// The slacks that slack_for() tries: the first, and the factor from each to the next.
constexpr float kLeastSlack = 0.02F;
constexpr float kStep = 1.03F;

}  // namespace

bool TrialResult::reserve(Arena arena) {
  const std::int32_t count = truth_.count() * kTrialNeighbors;
  needs_ = arena.array<Need>(static_cast<std::size_t>(count));
  if (needs_ != nullptr) {
    constexpr float kNever = std::numeric_limits<float>::infinity();
    std::fill_n(needs_, count, Need{kNever, kNever});
  }
  return needs_ != nullptr;
}

/// Counts the true neighbors of a query among its `nearest` first, and those of them whose `need`
/// is more than `slack`.
TrialResult::Counts TrialResult::count(std::int32_t query, std::int32_t nearest, float slack,
                                       float Need::*need) const {
  Counts counts{0, 0};
  for (std::int32_t i = 0; i < nearest; ++i) {
    const bool is_true = truth_.of(query)[i] != kNoNode;
    counts.all += is_true ? 1 : 0;
    counts.missed += is_true && needs_[query * kTrialNeighbors + i].*need > slack ? 1 : 0;
  }
  return counts;
}

/// Returns the share of a family's neighbors for which `slack` is not enough: the mean over its
/// queries, plus a standard error, which is large if a query misses a whole cluster. If neighbors
/// are in a sample, it is one and a half standard errors, as there are few queries. A family
/// without true neighbors misses nothing.
double TrialResult::missed(std::int32_t family, float slack) const {
  if (!has_neighbors(family)) {
    return 0;
  }
  const double errors = is_sample_ ? 1.5 : 1;
  double sum = is_sample_ ? 0.5 : 0;
  double weights = is_sample_ ? 1 : 0;
  double squares = 0;
  double products = 0;
  double squared_weights = 0;
  for (std::int32_t q = truth_.first(family); q < truth_.first(family + 1); ++q) {
    const Counts counts = count(q, kTrialNeighbors, slack, &Need::slack);
    const double weight = is_sample_ ? counts.all : 1;
    const double part = counts.all > 0 ? weight * counts.missed / counts.all : 0;
    sum += part;
    weights += weight;
    squares += part * part;
    products += part * weight;
    squared_weights += weight * weight;
  }
  // This is how much the missed neighbors of queries differ from what their weights let expect.
  const double mean = sum / weights;
  const double apart = squares - 2 * mean * products + mean * mean * squared_weights;
  return mean + errors * std::sqrt(std::max(0.0, apart)) / weights;
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
           truly_missed_ * missed(family, slack) > 1 - recall) {
      slack *= kStep;
    }
  }
  return std::min(slack, kMostSlack);
}

/// Returns the mean share of a query's ten nearest rows that seem to need more than `slack` in a
/// search. If only a part of the rows is in the truth, the same part of the ten nearest rows is
/// looked at. A query whose neighbors were all found has fewer other rows that are nearer than its
/// tenth row, often none; it counts as much as a query whose neighbors were not found.
double TrialResult::missed_in_search(std::int32_t family, float slack) const {
  const auto nearest = static_cast<std::int32_t>(std::ceil(share_ * kTrialNeighbors));
  double sum = 0;
  for (std::int32_t q = truth_.first(family); q < truth_.first(family + 1); ++q) {
    const Counts counts = count(q, nearest, slack, &Need::in_search);
    sum += counts.all > 0 ? static_cast<double>(counts.missed) / counts.all : 0;
  }
  return sum / truth_.per_family();
}

double TrialResult::recall_with(float slack, double truly_missed) const {
  double most = 0;
  for (std::int32_t family = kEasyFamily + 1; family < kTrialFamilies; ++family) {
    most = std::max(most, missed_in_search(family, slack));
  }
  return std::max(0.0, 1 - truly_missed * most);
}

}  // namespace vecext
