// The traversal of a graph by a search for the rows of a set: in which order it visits nodes, and
// when it stops. README.md has the rule, and docs/experiments/graph-filters.md has its
// measurements.
#pragma once

#include "core/filter/row_filter.h"
#include "core/graph/search/frontier.h"
#include "core/graph/format/node_rows.h"
#include "core/graph/search/set_nodes.h"

namespace vecext {

/// The nearest of the scores added, at most `most` of them, in order.
class NearestScores {
 public:
  /// Starts again, with room for `most` scores (>= 1). Returns false if memory runs out.
  bool reset(std::int32_t most, Arena arena);

  void add(float score);

  std::int32_t count() const { return count_; }
  /// Returns the i-th nearest score, i < count().
  float operator[](std::int32_t i) const { return scores_[i]; }

 private:
  float* scores_ = nullptr;
  std::int32_t count_ = 0;
  std::int32_t most_ = 0;
};

/// The entry points of a graph, with estimates by their codes.
struct ScoredEntries {
  std::int32_t count;
  QueuedNode nearest[kMaxEntries];
};

class FilteredTraversal {
 public:
  /// Searches for the ef nearest rows of the filter's set in a part of the graph; the model must
  /// have the rows of nodes. Rows with scores beyond `ceiling` are not wanted, but their nodes may
  /// lead to others. `nodes` has the nodes of the set.
  FilteredTraversal(const GraphModel& model, Part part, const RowFilter& filter, std::int32_t ef,
                    float ceiling, SetNodes* nodes);

  /// True if reading all nodes of the set is estimated to be cheaper than going on.
  bool is_too_expensive() const { return is_too_expensive_; }

  /// Starts at the nearest entries of the part, and at the nearest entries that match the filter.
  /// The entries must be in order, nearest first, and must not change later. Returns false if
  /// memory runs out.
  bool start(const ScoredEntries* entries, Arena arena, Frontier* frontier);

  /// Continues from all entries, since a few entries may not lead to every node. Returns false if
  /// memory runs out.
  bool go_on(Frontier* frontier);

  /// Returns the score beyond which nodes need not be visited.
  float limit() const;

  /// Notes the score of a row of the set that was found.
  void note_row(float score) { found_.add(score); }

  /// Notes the score of a visited node.
  void note_visit(double score);

  /// Adds the neighbors of a node to the frontier, which has room for them: neighbors that match
  /// with their estimates, other neighbors with a penalty. `magnitude` is that of the node's
  /// distance from the query.
  void push(const NodeId* neighbors, const float* estimates, std::int32_t count,
            Magnitude magnitude, Frontier* frontier);

 private:
  float penalized(float estimate, float by) const;
  std::int32_t rows_wanted() const;
  double visits_expected() const;
  void want_rows();

  const NodeRows& rows_;
  const RowFilter& filter_;
  const std::int32_t ef_;
  const double share_;  // share of nodes whose rows are in the set
  const double base_;   // how many rows are wanted if the set is spread evenly
  const std::int32_t most_wanted_;
  const float ceiling_;
  SetNodes* const nodes_;
  const double visits_per_row_;  // about how many visits each row wanted takes if the set is spread
                                 // evenly
  bool is_too_expensive_;

  NearestScores found_;
  std::int32_t wanted_ = 0;  // how many rows found decide when to stop
  std::int64_t visits_ = 0;
  float nearest_ = 0;  // the least score of a visited node
  const ScoredEntries* entries_ = nullptr;
  std::int32_t matching_[kMaxEntries + 1];  // the first entries, in their order, that match
};

}  // namespace vecext
