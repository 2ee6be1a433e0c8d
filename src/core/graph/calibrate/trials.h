// The parts that the trials of coded graphs (calibrate.h) and of flat graphs (flat_calibrate.h)
// share: followers of a search, and the calibration that is made from what the followers note.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/arena.h"
#include "core/graph/search/frontier.h"
#include "core/graph/calibrate/trial_result.h"
#include "core/graph/search/slack.h"

namespace vecext {

/// The resources of trials. `frontier` is the backend's, which trials reuse.
struct CalibrationWork {
  std::int32_t threads;
  std::uint64_t seed;
  Arena arena;
  Frontier* frontier;
};

/// A graph of fewer nodes is not tried, as a search compares all of its nodes.
inline constexpr std::uint32_t kFewestTried = kFewestNodesOfWalk;

/// Notes, for each true neighbor that a search finds, the slack that the search needs to find it:
/// the greatest slack that a visit up to the neighbor's own visit needed.
class NeededSlack {
 public:
  NeededSlack(const TrialTruth& truth, std::int32_t query, TrialResult* result)
      : truth_(truth), query_(query), result_(result) {
    for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
      left_ += truth.of(query)[i] != kNoNode ? 1 : 0;
    }
  }

  template <class Search>
  void before(const Search& search, const QueuedNode& node) {
    is_early_ = search.within.visits < kFewestVisits;
    if (search.has_limit()) {
      needed_ = std::max(needed_, search.within.needed(node.estimate, search.found->limit()));
    }
  }

  /// Follows a visit. True if the node is a true neighbor.
  bool after(NodeId node, RowId) {
    bool is_true = false;
    for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
      if (truth_.of(query_)[i] == node && !result_->is_noted(query_, i)) {
        result_->note(query_, i, {needed_, is_early_ ? 0 : needed_});
        --left_;
        is_true = true;
      }
    }
    return is_true;
  }

  bool is_done() const { return left_ == 0; }

  /// Returns the greatest slack that a visit so far needed.
  float needed() const { return needed_; }

 private:
  const TrialTruth& truth_;
  const std::int32_t query_;
  TrialResult* result_;
  std::int32_t left_ = 0;
  float needed_ = 0;
  bool is_early_ = true;
};

/// Follows searches with a slack. Among the neighbors that seem to need more slack, counts how many
/// the searches truly miss. They may find more than trials say: trials end after some visits, and
/// their searches note more nodes, so that a neighbor comes later.
class MissCheck {
 public:
  MissCheck(const TrialTruth& truth, const TrialResult& result, float slack)
      : truth_(truth), result_(result), slack_(slack) {}

  /// True if a neighbor of the query seems to need more slack. The query must be between rows.
  bool seems_to_miss(std::int32_t query) const {
    bool misses = false;
    for (std::int32_t i = 0; i < kTrialNeighbors && !misses; ++i) {
      misses = result_.needs_more(query, i, slack_);
    }
    return misses;
  }

  /// Begins a search for a query. Neighbors are counted only if the query is between rows, since
  /// only such queries were tried.
  void begin(std::int32_t query) {
    query_ = query;
    waited_for_ = 0;
    for (std::int32_t i = 0; i < kTrialNeighbors && query >= truth_.first(kEasyFamily + 1); ++i) {
      if (result_.needs_more(query, i, slack_)) {
        waited_for_ |= 1U << i;
        ++all_;
        ++missed_;
      }
    }
  }

  template <class Search>
  void before(const Search&, const QueuedNode&) {}
  void after(NodeId node, RowId) {
    for (std::int32_t i = 0; waited_for_ >> i != 0; ++i) {
      if ((waited_for_ >> i & 1) != 0 && truth_.of(query_)[i] == node) {
        waited_for_ &= ~(1U << i);
        --missed_;
      }
    }
  }
  bool is_done() const { return false; }

  /// Returns the share of neighbors that is missed. One query more counts, which misses the share
  /// `usual` of its neighbors, because few queries say little.
  double truly_missed(double usual) const {
    return (kTrialNeighbors * usual + missed_) / (kTrialNeighbors + all_);
  }

 private:
  const TrialTruth& truth_;
  const TrialResult& result_;
  const float slack_;
  std::int32_t query_ = 0;
  std::uint32_t waited_for_ = 0;  // a bit for each neighbor
  std::int32_t all_ = 0;
  std::int32_t missed_ = 0;
};

/// Counts the visits of searches with a slack, for kOfFamily queries of each family.
template <std::int32_t kOfFamily>
class VisitsOfTrials {
 public:
  static_assert(kOfFamily <= kEasyQueries);

  /// Calls ask(query, sample), which returns a Status, for each of these queries. `sample` is the
  /// query's number among them, from 0 on.
  template <class Ask>
  static Status each(const TrialTruth& truth, const Ask& ask) {
    std::int32_t sample = 0;
    for (std::int32_t family = 0; family < kTrialFamilies; ++family) {
      const std::int32_t first = truth.first(family);
      const std::int32_t step = (truth.first(family + 1) - first) / kOfFamily;
      for (std::int32_t i = 0; i < kOfFamily; ++i) {
        VECEXT_TRY(ask(first + i * step, sample++));
      }
    }
    return {};
  }

  void note(std::int32_t sample, std::int64_t visits) { visits_[sample] = visits; }

  /// Sets the visits of *out: the mean for easy queries, and the median for hard ones. The mean of
  /// so few hard queries would say nothing, as some queries halfway visit ten times as many nodes
  /// as others.
  void report(CalibratedRecall* out) {
    std::int64_t* hard = visits_ + kOfFamily;
    std::int64_t* middle = hard + (kCount - kOfFamily) / 2;
    std::nth_element(hard, middle, visits_ + kCount);
    const std::int64_t easy = std::accumulate(visits_, hard, std::int64_t{0});
    out->easy = static_cast<float>(static_cast<double>(easy) / kOfFamily);
    out->hard = static_cast<float>(*middle);
  }

 private:
  static constexpr std::int32_t kCount = kTrialFamilies * kOfFamily;
  std::int64_t visits_[kCount];
};

/// Sets the slack of each recall.
inline void set_slacks(const TrialResult& result, GraphCalibration* out) {
  // The slack is assumed to grow with a power of the share that may be missing.
  constexpr double kMostGrowth = 0.8;
  for (std::size_t i = 0; i < kCalibratedRecalls.size(); ++i) {
    float slack = result.slack_for(kCalibratedRecalls[i]);
    if (i > 0) {
      // A trial that ended too early must not lead to more slack than is usually enough.
      const double rest = (1 - kCalibratedRecalls[i - 1]) / (1 - kCalibratedRecalls[i]);
      const double most = out->at[i - 1].slack * std::pow(rest, kMostGrowth);
      slack = std::min(slack, static_cast<float>(most));
    }
    out->at[i].slack = slack;
  }
}

/// Makes sure that searches for more recall never take fewer visits and never reach less recall.
/// Without this it might seem that they do, where few queries were tried.
inline void order_recalls(GraphCalibration* out) {
  for (std::size_t i = 1; i < kCalibratedRecalls.size(); ++i) {
    out->at[i].recall = std::max(out->at[i].recall, out->at[i - 1].recall);
    out->at[i].easy = std::max(out->at[i].easy, out->at[i - 1].easy);
    out->at[i].hard = std::max(out->at[i].hard, out->at[i - 1].hard);
  }
}

}  // namespace vecext
