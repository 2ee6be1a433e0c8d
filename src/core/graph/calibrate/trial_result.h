// The result of trials: for each true neighbor of each query the least slack that finds it, and
// hence the least slack with which queries between rows reach a recall.
#pragma once

#include <limits>

#include "core/graph/search/slack.h"
#include "core/graph/calibrate/trial_truth.h"

namespace vecext {

class TrialResult {
 public:
  /// A search misses the share `truly_missed` of the neighbors that seem to need more slack. If the
  /// true neighbors are a sample, each of them has the same weight, whatever its query; and one
  /// more counts as half missed, because few say little.
  TrialResult(const TrialTruth& truth, double truly_missed, bool is_sample)
      : truth_(truth), truly_missed_(truly_missed), is_sample_(is_sample) {}

  /// Takes the memory; false where there is none.
  bool take(Arena arena);

  /// Notes the slack that finds the query's i-th neighbor.
  void note(std::int32_t query, std::int32_t i, float slack) {
    needed_[query * kTrialNeighbors + i] = slack;
  }
  bool is_noted(std::int32_t query, std::int32_t i) const {
    return needed_[query * kTrialNeighbors + i] < std::numeric_limits<float>::infinity();
  }

  /// True if any family between rows has a true neighbor.
  bool says_anything() const;

  /// The least slack with which each family between rows that has true neighbors reaches the mean
  /// recall; at most kMostSlack.
  float slack_for(double recall) const;

  /// The recall reached with a slack: 1 less `truly_missed` times the mean share of the neighbors
  /// that need more, in the family between rows where that is greatest. Where slack_for() reaches
  /// its recall, this is as much or more, because it lacks the margins for few queries.
  double recall_with(float slack) const;

 private:
  /// The share of a family's neighbors for which a slack is not enough.
  struct Missed {
    double mean;
    double with_margin;
  };
  bool has_neighbors(std::int32_t family) const;
  Missed missed(std::int32_t family, float slack) const;

  const TrialTruth& truth_;
  const double truly_missed_;
  const bool is_sample_;
  float* needed_ = nullptr;
};

}  // namespace vecext
