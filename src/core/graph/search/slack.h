// When a search of a graph for a recall stops. (A search for the ef nearest stops otherwise.) Nodes
// wait within
//
//   d_k (1 + slack / t^(1/4))
//
// where d_k is the score of the k-th nearest row found and t the visits so far. Near rows bring d_k
// down at once; for a query far from all rows, or between clusters, the limit is wide, and narrows
// with the visits. With the same slack the recalls of families of queries differ less than with the
// same ef (docs/experiments/graph-calibration.md). Trials after construction find the slack
// (calibrate.h).
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/format/graph_model.h"

namespace vecext {

/// The least number of nearest rows that decide when to stop, as the last of fewer rows would say
/// too little.
inline constexpr std::int32_t kLeastInView = 10;

/// The fewest nodes that a search for a recall visits. It is slightly less than the 54 to 64 nodes
/// that a search with an ef_search of 40 visits. If rows have few dimensions, or lie in clusters,
/// slack alone would end searches after ten visits, and they would find less than with that
/// ef_search. (A search that probes lists before its end needs fewer visits. The trials that
/// measure the slack have no least number.)
inline constexpr std::int32_t kFewestVisits = 48;

/// In a graph of fewer nodes, a search compares all of them, which takes no longer (measured).
inline constexpr std::uint32_t kFewestNodesOfWalk = 1000;

/// The greatest slack of trials.
inline constexpr float kMostSlack = 4;

/// Returns the slack that gives a mean recall of `recall` among the k nearest rows in a graph of
/// `nodes` nodes. Returns 0 if the graph was not tried, or if `recall` is 0.
float slack_for(const GraphCalibration& calibration, double recall, std::uint32_t nodes,
                std::int32_t k);

/// True if trials needed so much slack that rows probably are in groups of near copies. In such
/// groups links lead from a row to other rows of its group, and few lead to other groups.
bool has_groups(const GraphCalibration& trials);

/// Returns the calibration for searches for k rows. Its slack is greater if k is less than the
/// number of rows that trials search for. Graphs of sketches do not need that (measured).
GraphCalibration for_few_rows(const GraphCalibration& trials, double k);

/// Returns the calibration for searches that keep about twice as many rows in view as are wanted,
/// for use before such searches were observed. The rows wanted are the nearest of the rows in view,
/// and need less slack. In groups of near copies they need as much slack as before, since the rows
/// in view are copies of a few rows. If only lists are wide (list_probe.h), while trials needed
/// little slack, less slack is enough (measured).
GraphCalibration for_spare_rows(const GraphCalibration& plain);

/// Returns the mean recall that a search with the slack for `recall` is expected to reach. It is at
/// most `recall`. For a recall that was tried, it is what the trials reached, and between two such
/// recalls it is interpolated as the slack is. Beyond the greatest recall tried, as much is missing
/// as trials missed there. Below the least recall tried, the recall is reached if trials reached
/// the least. Returns 0 if the graph was not tried, or if `recall` is 0.
double expected_recall(const GraphCalibration& calibration, double recall);

/// How many nodes a search is expected to visit.
struct ExpectedVisits {
  double easy;  // if the query resembles a row
  double hard;  // if the query lies between rows
};
ExpectedVisits expected_visits(const GraphCalibration& calibration, double recall,
                               std::uint32_t nodes, std::int32_t k);

/// Returns the visits of a search for k rows as a multiple of the visits of a search for ten rows.
/// Returns 1 if k is less than ten.
double visits_by_rows(double k);

/// Returns the length of `stored`, a vector of a flat graph, if scores are inner products.
/// Otherwise returns 0.
inline double product_length(const GraphModel& model, const void* stored) {
  return model.metric() == Metric::kInnerProduct
             ? std::sqrt(std::max(0.0, -model.distance(stored, stored, model.meta.dims)))
             : 0;
}

/// Returns what is added to scores before their ratio is taken, since scores of inner products are
/// negative. The result is finite, even if the query's length is not.
inline float score_shift(const GraphModel& model, double query_norm) {
  if (model.metric() != Metric::kInnerProduct) {
    return 0;
  }
  constexpr float kMost = std::numeric_limits<float>::max();
  const float shift = static_cast<float>(query_norm) * model.meta.calibration.longest;
  return shift < kMost ? shift : kMost;
}

/// Returns the most nodes that a trial visits. To find what is not found by then would cost more
/// than it is worth.
inline std::int64_t most_trial_visits(std::uint32_t nodes) {
  constexpr double kMostVisits = 7;
  return static_cast<std::int64_t>(kMostVisits * std::sqrt(nodes)) + kLeastInView;
}

/// The limit of the nodes that a search visits. It is the limit of rows, multiplied by `wider` and
/// increased by `further`.
struct SlackLimit {
  float slack = 0;  // slack of the graph; 0 if the search has an ef, and both limits are the same
  float shift = 0;  // score_shift()
  std::int32_t visits = 0;
  float root = 1;  // visits^(1/4)
  float wider = 1;
  float further = 0;

  void start(float of_graph) {
    slack = of_graph;
    visits = 0;
    narrow();
  }

  /// Counts a visited node.
  void count_visit() {
    constexpr std::int32_t kBetween = 16;
    ++visits;
    if (slack > 0 && visits % kBetween == 0) {
      narrow();
    }
  }

  /// Takes back the last count_visit(), for a node that has lost all its rows to VACUUM. If such
  /// nodes counted, a search near many of them would end before it has seen a row.
  void uncount_visit() { --visits; }

  /// Returns the limit of nodes, given the limit of rows. It is never less than the limit of rows,
  /// even if `shift` is too small, as rows inserted since the trials may be longer than it assumes,
  /// or if scores are infinite.
  float of_nodes(float of_rows) const { return std::max(of_rows, wider * of_rows + further); }

  /// Returns the least slack with which a node of score `estimate` is within the limit. It may be
  /// more than kMostSlack, and is kMostSlack if the limit of rows says nothing.
  float needed(float estimate, float of_rows) const {
    const float near = of_rows + shift;
    const float beyond = estimate + shift - near;
    if (beyond <= 0) {
      return 0;
    }
    return near > 0 ? beyond / near * root : kMostSlack;
  }

 private:
  /// Narrows the limit by the number of visits so far; the first visits, fewer than kFewest, do not
  /// change it.
  void narrow() {
    constexpr std::int32_t kFewest = 8;
    root = std::sqrt(std::sqrt(static_cast<float>(std::max(visits, kFewest))));
    wider = 1 + slack / root;
    further = slack / root * shift;
  }
};

}  // namespace vecext
