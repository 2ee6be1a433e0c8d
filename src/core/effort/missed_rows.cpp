#include "core/effort/missed_rows.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/effort/search_class.h"

namespace vecext {

namespace {

constexpr double kLeastEffort = 1.0 / 32;
constexpr double kStepsOfDoubling = 8;

/// How long the queries of a mean last, and how many standard errors are added to the mean.
struct Memory {
  double half_life;  // in queries
  double errors;
};
constexpr Memory kMemories[] = {{125, 1}, {30, -0.5}, {8, -1.5}};
static_assert(std::size(kMemories) == ObservedEffort::kMemoryCount);

float factor_of(const Memory& memory) {
  return static_cast<float>(std::exp2(-1 / memory.half_life));
}

/// Returns the share of rows that searches with the effort `effort` miss, if they need the efforts
/// in `kept`. Between two of these efforts the share is a power of the effort; beyond them the same
/// power goes on.
double share_missed(const QueryEffort& kept, double effort) {
  std::size_t i = 1;
  while (i + 1 < kEffortRecalls.size() && effort > kept.effort[i]) {
    ++i;
  }
  constexpr double kLeastRatio = 1.01;  // efforts for two recalls may be the same
  const double ratio = std::max<double>(kept.effort[i] / kept.effort[i - 1], kLeastRatio);
  const double low = 1 - kEffortRecalls[i - 1];
  const double high = 1 - kEffortRecalls[i];
  const double power = std::log(high / low) / std::log(ratio);
  return std::min(low * std::pow(effort / kept.effort[i - 1], power), 1.0);
}

bool is_sound(const QueryEffort& kept) {
  bool sound = kept.steps >= 0 && kept.steps < kMostSteps && kept.rows >= 0 &&
               kept.rows <= kMostObservedRows;
  double least = kLeastEffort;
  for (const float effort : kept.effort) {
    sound = sound && effort >= least && effort <= effort_of_step(kEffortSteps - 1);
    least = effort;
  }
  return sound;
}

/// Returns the share of a query's rows for which is_true(i) is true, or the same share among its
/// nearest rows, whichever is greater.
template <class IsTrue>
float greater_share(const ObservedQuery& query, const IsTrue& is_true) {
  const std::int32_t nearest = std::min(query.nearest, query.count);
  std::int32_t rows = 0;
  float of_nearest = 0;
  for (std::int32_t i = 0; i < query.count; ++i) {
    rows += is_true(i) ? 1 : 0;
    if (i + 1 == nearest) {
      of_nearest = static_cast<float>(rows) / static_cast<float>(nearest);
    }
  }
  return std::max(of_nearest, static_cast<float>(rows) / static_cast<float>(query.count));
}

/// How much counts as missed, and as expected to be missed, before any query is observed, since few
/// queries say little.
constexpr double kUsualMisses = 1;

}  // namespace

double effort_of_step(std::int32_t step) {
  return kLeastEffort * std::exp2(step / kStepsOfDoubling);
}

void MissedRows::forget(float factor) {
  weight *= factor;
  squared_weight *= factor * factor;
  missed_by_first *= factor;
  expected_to_miss *= factor;
  for (std::int32_t i = 0; i < kEffortSteps; ++i) {
    sum[i] *= factor;
    squares[i] *= factor;
  }
}

void MissedRows::add(const float* beyond, float missed, float expected) {
  weight += 1;
  squared_weight += 1;
  missed_by_first += missed;
  expected_to_miss += expected;
  for (std::int32_t i = 0; i < kEffortSteps; ++i) {
    sum[i] += beyond[i];
    squares[i] += beyond[i] * beyond[i];
  }
}

double MissedRows::truly_missed() const {
  constexpr double kLeast = 0.3;
  constexpr double kMost = 1.5;
  return std::clamp((missed_by_first + kUsualMisses) / (expected_to_miss + kUsualMisses), kLeast,
                    kMost);
}

double MissedRows::missed(std::int32_t step, double errors) const {
  if (weight <= 0) {
    return 0;
  }
  const double mean = sum[step] / weight;
  const double variance = std::max(0.0, squares[step] / weight - mean * mean);
  return mean + errors * std::sqrt(variance / std::max(queries(), 1.0));
}

std::int32_t MissedRows::least_step(double share, double errors) const {
  std::int32_t step = kEffortSteps;
  while (step > 0 && missed(step - 1, errors) <= share) {
    --step;
  }
  return step;
}

void ObservedEffort::add(const ObservedQuery& query) {
  const auto share_beyond = [&query](double enough) {
    return greater_share(query, [&](std::int32_t i) { return query.needed[i] > enough; });
  };
  float beyond[kEffortSteps];
  for (std::int32_t i = 0; i < kEffortSteps; ++i) {
    beyond[i] = share_beyond(effort_of_step(i));
  }
  const float missed =
      greater_share(query, [&query](std::int32_t i) { return query.is_missed[i]; });
  const float expected = share_beyond(query.effort);
  for (std::size_t i = 0; i < kMemoryCount; ++i) {
    means[i].forget(factor_of(kMemories[i]));
    means[i].add(beyond, missed, expected);
  }
  const float weight = means[kLongest].weight;
  known.steps += (static_cast<float>(query.steps) - known.steps) / weight;
  known.rows += (static_cast<float>(query.wanted) - known.rows) / weight;
  constexpr float kUsual = 0.05F;
  const MissedRows& now = means[kMemoryCount - 1];
  harder = std::clamp(now.missed_by_first / now.weight / kUsual, 1.0F, 4.0F);
  ++queries;
  set_efforts();
}

void ObservedEffort::set_efforts() {
  if (queries < kFewestObserved) {
    return;
  }
  for (std::size_t i = 0; i < kEffortRecalls.size(); ++i) {
    std::int32_t step = 0;
    for (std::size_t memory = 0; memory < kMemoryCount; ++memory) {
      const double share = (1 - kEffortRecalls[i]) / means[memory].truly_missed();
      step = std::max(step, means[memory].least_step(share, kMemories[memory].errors));
    }
    step = std::min(step, kEffortSteps - 1);
    known.effort[i] = static_cast<float>(effort_of_step(step));
  }
}

bool ObservedEffort::restore(const QueryEffort& kept, std::uint32_t observed) {
  if (!is_sound(kept)) {
    return false;
  }
  // A query that misses one row mostly misses others, too.
  constexpr float kSquareOfShare = 0.4F;
  for (std::size_t memory = 0; memory < kMemoryCount; ++memory) {
    const float factor = factor_of(kMemories[memory]);
    MissedRows mean{};
    mean.weight = 1 / (1 - factor);
    mean.squared_weight = 1 / (1 - factor * factor);
    for (std::int32_t i = 0; i < kEffortSteps; ++i) {
      mean.sum[i] = static_cast<float>(share_missed(kept, effort_of_step(i))) * mean.weight;
      mean.squares[i] = kSquareOfShare * mean.sum[i];
    }
    means[memory] = mean;
  }
  known = kept;
  harder = 1;
  constexpr std::uint32_t kMostQueries = 1U << 31;  // with more, the count would soon begin at zero
                                                    // again
  queries = std::clamp(observed, kFewestObserved, kMostQueries);
  return true;
}

}  // namespace vecext
