// The queries of a flat graph's trials, made of its own rows, and their true neighbors by the
// distance of the operator. To compare long elements costs as much as a construction. So there are
// few queries, and only a part of the rows takes part in the truth: a query's true neighbors are
// the rows of this part that are nearer than the tenth row that its search finds.
#pragma once

#include "core/base/random.h"
#include "core/graph/format/graph_model.h"
#include "core/graph/calibrate/trial_truth.h"
#include "core/graph/flat/dense_query.h"

namespace vecext {

/// How many queries trials make, and with how many rows they compare them.
struct FlatTrialPlan {
  std::int32_t per_family;  // queries of each family between rows
  double share;             // the share of the rows that takes part in the truth
};

/// Plans trials that take some hundredths of the time of a construction.
FlatTrialPlan plan_flat_trials(const GraphModel& model);

/// Elements one after another.
class ElementList {
 public:
  /// Takes memory for `elements` elements that have `bytes` bytes together. Returns false if memory
  /// runs out.
  bool reserve(Arena arena, std::size_t elements, std::size_t bytes);
  /// Returns false if the list is full.
  bool add(const std::byte* element, std::size_t bytes);
  void clear() { count_ = 0; }

  std::size_t count() const { return count_; }
  const std::byte* at(std::size_t i) const { return bytes_ + begin_[i]; }

 private:
  std::byte* bytes_ = nullptr;
  std::size_t* begin_ = nullptr;  // where each element begins, and the next one would; multiples of
                                  // 8
  std::size_t count_ = 0;
  std::size_t room_ = 0;
  std::size_t bytes_room_ = 0;
};

class FlatQueries {
 public:
  FlatQueries(const GraphModel& model, const FlatTrialPlan& plan, std::int32_t threads)
      : model_(model), share_(plan.share), threads_(threads), truth_(plan.per_family) {}

  /// Reserves memory for samples, queries and their neighbors. Returns false if memory runs out.
  bool reserve(Arena arena);

  /// Adds a row to make queries of. Returns false if there is no room for more.
  bool add_sample(NodeId node, const std::byte* element);

  /// True if there are enough rows to make queries of.
  bool has_sample() const;

  /// Makes the queries. Returns false if memory runs out.
  bool make(std::uint64_t seed, Arena arena);

  /// True if the node's row takes part in the truth. Rows that queries are made of take no part:
  /// they are nearer to their own means than any row is to the means of others.
  bool is_in_truth(NodeId node) const;
  /// True if add_row() must be called for the node's row. If scores are inner products, it must be
  /// called for every row, as the greatest length is needed.
  bool wants(NodeId node) const {
    return model_.metric() == Metric::kInnerProduct || is_in_truth(node);
  }
  /// Adds a row. If the row takes part in the truth, it is compared with all queries, many rows at
  /// a time.
  void add_row(NodeId node, const std::byte* element);
  /// Sets the true neighbors. Call it after all rows.
  void finish();

  const std::byte* query(std::int32_t i) const { return queries_[i]; }
  TrialTruth& truth() { return truth_; }
  /// Returns the score of neighbor i of a query.
  double score(std::int32_t query, std::int32_t i) const {
    return scores_[query * kTrialNeighbors + i];
  }
  /// If scores are inner products, returns the greatest finite length of the rows added. Otherwise
  /// returns 0.
  float longest() const { return longest_; }

 private:
  std::size_t farthest(std::size_t row) const;
  bool reserve_spread(Arena arena);
  void compare_rows();
  /// Compares a query with the rows. `dense` is memory of this thread.
  void compare_query(std::int32_t query, DenseQuery* dense);
  void note(std::int32_t query, NodeId node, double score);

  const GraphModel& model_;
  const double share_;
  const std::int32_t threads_;
  TrialTruth truth_;
  double* scores_ = nullptr;  // by query: the scores of its neighbors, nearest first; infinity if
                              // there is none
  std::byte** queries_ = nullptr;
  ElementList sample_;
  NodeId* sample_nodes_ = nullptr;  // sorted once queries are made
  ElementList rows_;
  NodeId* nodes_ = nullptr;      // nodes of the rows
  DenseQuery* dense_ = nullptr;  // one for each thread; null if not used
  float longest_ = 0;
};

}  // namespace vecext
