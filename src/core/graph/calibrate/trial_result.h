// What trials of a graph tell: for each true neighbor of each query the least slack that finds it,
// and so the least slack with which queries between rows reach a recall.
#pragma once

#include <limits>

#include "core/graph/search/slack.h"
#include "core/graph/calibrate/trial_truth.h"

namespace vecext {

class TrialResult {
 public:
  /// Of what seems to need more slack, a search with less misses `truly_missed`. Of a sample of
  /// the true neighbors, each of them counts as much, whatever query has it; and one more is half
  /// missed, as few say little.
  TrialResult(const TrialTruth& truth, double truly_missed, bool is_sample)
      : truth_(truth), truly_missed_(truly_missed), is_sample_(is_sample) {}

  /// Takes the memory; false where there is none.
  bool take(Arena arena);

  /// That slack finds the query's i-th neighbor.
  void note(std::int32_t query, std::int32_t i, float slack) {
    needed_[query * kTrialNeighbors + i] = slack;
  }
  bool is_noted(std::int32_t query, std::int32_t i) const {
    return needed_[query * kTrialNeighbors + i] < std::numeric_limits<float>::infinity();
  }

  /// Has any family between rows a true neighbor?
  bool says_anything() const;

  /// The least slack with which each family between rows that has true neighbors has that mean
  /// recall; or else kMostSlack.
  float slack_for(double recall) const;

 private:
  bool has_neighbors(std::int32_t family) const;
  double missed(std::int32_t family, float slack) const;

  const TrialTruth& truth_;
  const double truly_missed_;
  const bool is_sample_;
  float* needed_ = nullptr;
};

}  // namespace vecext
