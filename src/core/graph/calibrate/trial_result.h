// The result of trials: the least slack that finds each true neighbor of each query. From it follow
// the least slack with which queries between rows reach a recall, and the recall that they reach
// with a slack.
#pragma once

#include <limits>

#include "core/graph/search/slack.h"
#include "core/graph/calibrate/trial_truth.h"

namespace vecext {

class TrialResult {
 public:
  /// Searches are taken to miss only the share `truly_missed` of the neighbors that seem to need
  /// more slack. If `is_sample`, the true neighbors are among a sample of the rows, which is the
  /// share `share` of them. For the slack each neighbor then has the same weight, whatever its
  /// query, and one neighbor more counts as half missed, because few neighbors say little.
  TrialResult(const TrialTruth& truth, double truly_missed, bool is_sample, double share = 1)
      : truth_(truth), truly_missed_(truly_missed), is_sample_(is_sample), share_(share) {}

  /// Reserves memory for the slack of each neighbor. Returns false if memory runs out.
  bool reserve(Arena arena);

  /// The slack that finds a neighbor.
  struct Need {
    float slack;
    float in_search;  // slack for a search: 0 if the neighbor is among the kFewestVisits nodes that
                      // searches visit in any case; infinity if no trial has found it
  };

  /// Notes the slack that finds the query's i-th neighbor.
  void note(std::int32_t query, std::int32_t i, const Need& need) {
    needs_[query * kTrialNeighbors + i] = need;
  }
  bool is_noted(std::int32_t query, std::int32_t i) const {
    return needs_[query * kTrialNeighbors + i].slack < std::numeric_limits<float>::infinity();
  }
  /// True if the query has an i-th neighbor, and a search seems to need more than `slack` for it.
  bool needs_more(std::int32_t query, std::int32_t i, float slack) const {
    return truth_.of(query)[i] != kNoNode && needs_[query * kTrialNeighbors + i].in_search > slack;
  }

  /// True if a query of some family between rows has a true neighbor.
  bool says_anything() const;

  /// Returns the least slack with which each family between rows reaches the mean recall `recall`.
  /// It is at most kMostSlack. Families without true neighbors do not count.
  float slack_for(double recall) const;

  /// Returns the recall that searches reach with `slack`. Some of a query's ten nearest rows seem
  /// to need more slack. Their mean share is taken from the family between rows where it is
  /// greatest, and searches miss the share `truly_missed` of them. No margin for few queries is
  /// added.
  double recall_with(float slack, double truly_missed) const;

 private:
  /// How many of the nearest neighbors of a query are in the truth, and how many of these are
  /// missed.
  struct Counts {
    std::int32_t all;
    std::int32_t missed;
  };
  Counts count(std::int32_t query, std::int32_t nearest, float slack, float Need::*need) const;
  bool has_neighbors(std::int32_t family) const;
  double missed(std::int32_t family, float slack) const;
  double missed_in_search(std::int32_t family, float slack) const;

  const TrialTruth& truth_;
  const double truly_missed_;
  const bool is_sample_;
  const double share_;
  Need* needs_ = nullptr;
};

}  // namespace vecext
