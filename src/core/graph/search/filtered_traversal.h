// How a search goes when it is for the rows of a set: what it knows of the set, and which nodes it
// has wait for their turn. README.md, Filters, has the rule and what it was chosen by.
#pragma once

#include "core/filter/filter.h"
#include "core/graph/search/frontier.h"
#include "core/graph/format/node_rows.h"
#include "core/graph/search/set_nodes.h"

namespace vecext {

/// The nearest keys seen, in order.
class NearestKeys {
 public:
  /// Starts again, with room for `most` of them (>= 1). False: out of memory.
  bool reset(std::int32_t most, Arena arena);

  void add(float key);

  std::int32_t count() const { return count_; }
  /// The i-th nearest of them, i < count().
  float operator[](std::int32_t i) const { return keys_[i]; }

 private:
  float* keys_ = nullptr;
  std::int32_t count_ = 0;
  std::int32_t most_ = 0;
};

/// The entry points of a graph with estimates by their codes.
struct ScoredEntries {
  std::int32_t count;
  QueuedNode nearest[kMaxEntries];
};

class FilteredTraversal {
 public:
  /// For the ef nearest of the rows that filter's set has in a part of the graph, of which the
  /// model has the rows of nodes. Rows beyond `ceiling` are of no use, but on the way to others.
  /// `nodes` has those of the set.
  FilteredTraversal(const GraphModel& model, Part part, const RowFilter& filter, std::int32_t ef,
                    float ceiling, SetNodes* nodes);

  /// Is it better to read all nodes of the set, by what is known by now?
  bool is_too_expensive() const { return is_too_expensive_; }

  /// Starts again, at the nearest of the part's entries and the nearest that match; they must be in
  /// order, and stay. False: out of memory.
  bool start(const ScoredEntries* entries, Arena arena, Frontier* frontier);

  /// Goes on from all entries: not every node can be reached from a few. False: out of memory.
  bool go_on(Frontier* frontier);

  /// Nodes beyond it need not be looked at.
  float limit() const;

  /// A row of the set was found.
  void note_row(float key) { found_.add(key); }

  /// A node of that key was visited.
  void note_visit(double key);

  /// Has the neighbors of a node wait, for which the frontier has room: those that match by their
  /// estimates, others behind.
  void push(const NodeId* neighbors, const float* estimates, std::int32_t count,
            Frontier* frontier);

 private:
  float penalized(float estimate, float by) const;
  std::int32_t rows_wanted() const;
  double visits_expected() const;
  void want_rows();

  const NodeRows& rows_;
  const RowFilter& filter_;
  const std::int32_t ef_;
  const double share_;  // of nodes whose rows are in the set
  const double base_;   // rows wanted of a set that lies anywhere
  const std::int32_t most_wanted_;
  const float ceiling_;
  SetNodes* const nodes_;
  const double visits_per_row_;  // wanted, about, of a set that lies anywhere
  bool is_too_expensive_;

  NearestKeys found_;
  std::int32_t wanted_ = 0;  // rows found that decide when to stop
  std::int64_t visits_ = 0;
  float nearest_ = 0;  // key of a node visited
  const ScoredEntries* entries_ = nullptr;
  std::int32_t matching_[kMaxEntries + 1];  // of the first entries
};

}  // namespace vecext
