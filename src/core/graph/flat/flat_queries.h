// The queries of a flat graph's trials, made of its own rows, and their true neighbors by the
// distance of the operator. For long elements that costs as much as a construction, so there are
// few queries, and only a part of the rows takes part in the truth: true neighbors are then those
// of them that are nearer than the tenth row that a search finds.
#pragma once

#include "core/base/random.h"
#include "core/graph/format/graph_model.h"
#include "core/graph/calibrate/trial_truth.h"
#include "core/graph/flat/dense_query.h"

namespace vecext {

/// The extent of trials.
struct FlatTrialPlan {
  std::int32_t per_family;  // queries of each family between rows
  double share;             // of the rows that take part in the truth
};

/// Plans trials that take some hundredths of a construction.
FlatTrialPlan plan_flat_trials(const GraphModel& model);

/// Elements one after another.
class ElementList {
 public:
  /// Takes memory for `elements` elements of `bytes` bytes in all; false where there is none.
  bool reserve(Arena arena, std::size_t elements, std::size_t bytes);
  /// False: it is full.
  bool add(const std::byte* element, std::size_t bytes);
  void clear() { count_ = 0; }

  std::size_t count() const { return count_; }
  const std::byte* at(std::size_t i) const { return bytes_ + begin_[i]; }

 private:
  std::byte* bytes_ = nullptr;
  std::size_t* begin_ = nullptr;  // of each element, and of the next one; multiples of 8
  std::size_t count_ = 0;
  std::size_t room_ = 0;
  std::size_t bytes_room_ = 0;
};

class FlatQueries {
 public:
  FlatQueries(const GraphModel& model, const FlatTrialPlan& plan, std::int32_t threads)
      : model_(model), share_(plan.share), threads_(threads), truth_(plan.per_family) {}

  /// Reserves the memory; false where there is none.
  bool reserve(Arena arena);

  /// Adds a row to make queries of. False: there is no room for more.
  bool add_sample(NodeId node, const std::byte* element);

  /// True if there are enough rows to make queries of.
  bool has_sample() const;

  /// Makes the queries. False: out of memory.
  bool make(std::uint64_t seed, Arena arena);

  /// True if the node's row takes part in the truth. Rows that queries are made of do not: they are
  /// nearer to their means than any row is to means of others.
  bool is_in_truth(NodeId node) const;
  /// True if add_row() needs the node's row: where scores are inner products, it needs the length
  /// of each.
  bool wants(NodeId node) const {
    return model_.metric() == Metric::kInnerProduct || is_in_truth(node);
  }
  /// Adds a row. Rows that take part are compared with all queries many at a time.
  void add_row(NodeId node, const std::byte* element);
  /// Sets the true neighbors, after all rows.
  void finish();

  const std::byte* query(std::int32_t i) const { return queries_[i]; }
  TrialTruth& truth() { return truth_; }
  /// The score of a true neighbor.
  double score(std::int32_t query, std::int32_t i) const {
    return scores_[query * kTrialNeighbors + i];
  }
  /// The greatest finite length of the rows added, where scores are inner products; else 0.
  float longest() const { return longest_; }

 private:
  std::size_t farthest(std::size_t row) const;
  bool reserve_spread(Arena arena);
  void compare_rows();
  /// Compares a query with the rows; `dense` is the thread's own.
  void compare_query(std::int32_t query, DenseQuery* dense);
  void note(std::int32_t query, NodeId node, double score);

  const GraphModel& model_;
  const double share_;
  const std::int32_t threads_;
  TrialTruth truth_;
  double* scores_ = nullptr;  // of each query's neighbors, nearest first; without one, infinity
  std::byte** queries_ = nullptr;
  ElementList sample_;
  NodeId* sample_nodes_ = nullptr;  // in order, once queries are made
  ElementList rows_;
  NodeId* nodes_ = nullptr;      // of the rows
  DenseQuery* dense_ = nullptr;  // of each thread; null if not used
  float longest_ = 0;
};

}  // namespace vecext
