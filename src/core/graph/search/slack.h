// When a search of a graph stops that is for a recall, and not for the ef nearest. Nodes wait
// within
//
//   d_k (1 + slack / t^(1/4))
//
// where d_k is the key of the k-th nearest row found and t the visits so far. Near rows bring d_k
// down at once; a query that lies far from all rows, or between clusters, looks wider, the more so
// the less it has seen. With the same slack the recalls of families of queries differ less
// than with the same ef (README.md). Trials at construction find it (calibrate.h).
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/format/graph_model.h"

namespace vecext {

/// Nearest rows that decide when to stop, at least: of fewer, the last one says too little.
inline constexpr std::int32_t kLeastInView = 10;

/// Nodes that a search for a recall visits at least, a few fewer than the 54 to 64 that pgvector's
/// default, an ef_search of 40, makes it visit. Where rows have few dimensions, or lie in clusters,
/// slack alone ends searches of ten visits, which find less than that default does. (Trials do
/// without: they find out what slack brings.)
inline constexpr std::int32_t kFewestVisits = 48;

/// Trials go no farther than this slack.
inline constexpr float kMostSlack = 4;

/// The slack of a graph of so many nodes for a mean recall among the k nearest; 0: the index was
/// never tried, or no recall is asked for.
float slack_for(const GraphCalibration& calibration, double recall, std::uint32_t nodes,
                std::int32_t k);

/// What a search is expected to visit.
struct ExpectedVisits {
  double easy;  // where the query is like a row
  double hard;  // where it lies between rows
};
ExpectedVisits expected_visits(const GraphCalibration& calibration, double recall,
                               std::uint32_t nodes, std::int32_t k);

/// The length of a stored vector of a flat graph, where keys are inner products; else 0.
inline double product_length(const GraphModel& model, const void* stored) {
  return model.metric() == Metric::kInnerProduct
             ? std::sqrt(std::max(0.0, -model.distance(stored, stored, model.meta.dims)))
             : 0;
}

/// What is added to keys before their ratio means anything: keys of inner products are negative.
/// Finite, though a query's length may be infinite.
inline float key_shift(const GraphModel& model, double query_norm) {
  if (model.metric() != Metric::kInnerProduct) {
    return 0;
  }
  constexpr float kMost = std::numeric_limits<float>::max();
  const float shift = static_cast<float>(query_norm) * model.meta.calibration.longest;
  return shift < kMost ? shift : kMost;
}

/// Nodes that a trial visits at most: what is not found by then costs more than it is worth.
inline std::int64_t most_trial_visits(std::uint32_t nodes) {
  constexpr double kMostVisits = 7;
  return static_cast<std::int64_t>(kMostVisits * std::sqrt(nodes)) + kLeastInView;
}

/// How far nodes may lie that a search visits, as it goes on: the limit of rows, times and plus.
struct SlackLimit {
  float slack = 0;  // of the graph; 0: the search has an ef, and both limits are the same
  float shift = 0;  // key_shift()
  std::int32_t visits = 0;
  float root = 1;  // t^(1/4)
  float wider = 1;
  float further = 0;

  void start(float of_graph) {
    slack = of_graph;
    visits = 0;
    narrow();
  }

  /// A node is visited.
  void count_visit() {
    constexpr std::int32_t kBetween = 16;
    ++visits;
    if (slack > 0 && visits % kBetween == 0) {
      narrow();
    }
  }

  /// Never nearer than the limit of rows: rows inserted since the trials may be longer than the
  /// shift takes them to be, and those that long may have infinite keys.
  float of_nodes(float of_rows) const { return std::max(of_rows, wider * of_rows + further); }

  /// The slack with which a node of that estimate is within the limit, or kMostSlack.
  float needed(float estimate, float of_rows) const {
    const float near = of_rows + shift;
    const float beyond = estimate + shift - near;
    if (beyond <= 0) {
      return 0;
    }
    return near > 0 ? beyond / near * root : kMostSlack;
  }

 private:
  /// After the visits so far; of fewer, they tell too little.
  void narrow() {
    constexpr std::int32_t kFewest = 8;
    root = std::sqrt(std::sqrt(static_cast<float>(std::max(visits, kFewest))));
    wider = 1 + slack / root;
    further = slack / root * shift;
  }
};

}  // namespace vecext
