// What trials of a graph tell: for each true neighbour of each query the least slack that finds it,
// and so the least slack with which queries between rows reach a recall.
#pragma once

#include <limits>

#include "core/graph/trial_queries.h"

namespace vecext {

/// Trials go no farther than this slack.
inline constexpr float kMostSlack = 4;

class TrialResult {
 public:
  explicit TrialResult(const TrialQueries& queries) : queries_(queries) {}

  /// Takes the memory; false where there is none.
  bool take(Arena arena);

  /// That slack finds the query's i-th neighbour.
  void note(std::int32_t query, std::int32_t i, float slack) {
    needed_[query * kTrialNeighbours + i] = slack;
  }
  bool is_noted(std::int32_t query, std::int32_t i) const {
    return needed_[query * kTrialNeighbours + i] < std::numeric_limits<float>::infinity();
  }

  /// The least slack with which each family between rows has that mean recall; or else kMostSlack.
  float slack_for(double recall) const;

 private:
  double missed(std::int32_t family, float slack) const;

  const TrialQueries& queries_;
  float* needed_ = nullptr;
};

}  // namespace vecext
