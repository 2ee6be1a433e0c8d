// Observed searches of a graph. After a search for a user's query, another search for the same
// query notes the slack that each row needs, as trials do. The second search has more slack, unless
// the first had much already. What observed searches note changes the calibration that later
// searches go by.
#pragma once

#include "core/effort/query_effort.h"
#include "core/effort/noted_rows.h"
#include "core/graph/search/frontier.h"
#include "core/graph/search/slack.h"

namespace vecext {

/// Returns the slack that trials found to be enough for a recall of .95. It is the unit of efforts
/// (core/effort), which are multiples of it.
inline float unit_of_effort(const GraphCalibration& trials, std::uint32_t nodes, std::int32_t k) {
  return slack_for(trials, 0.95, nodes, k);
}

/// Follows a search. Ends it after `times` as many visits as the first search made, and
/// kFewestVisits more.
class ObservedSearch {
 public:
  ObservedSearch(Arena arena, std::int64_t first_visits, float times)
      : most_visits_(static_cast<std::int64_t>(times * static_cast<float>(first_visits)) +
                     kFewestVisits),
        rows_(arena) {}

  template <class Search>
  void before(const Search& search, const QueuedNode& node) {
    visits_ = search.within.visits;
    if (search.has_limit()) {
      needed_ = std::max(needed_, search.within.needed(node.estimate, search.found->limit()));
    }
  }

  /// Notes the row of a visited node. Does nothing if `row` is kNoRow, as it is for a node that is
  /// compared without a visit when the search has given up following links.
  void after(NodeId, RowId row) {
    if (row != kNoRow) {
      rows_.add(row, visits_ < kFewestVisits ? 0 : needed_);
    }
  }

  bool is_done() const { return visits_ >= most_visits_; }

  /// Returns the slack that each visited row needs. Rows of the delta graph, pending rows and
  /// duplicates are not among these rows, as their slack is unknown.
  const NotedRows& rows() const { return rows_; }

 private:
  const std::int64_t most_visits_;
  float needed_ = 0;
  std::int32_t visits_ = 0;
  NotedRows rows_;
};

/// Returns the calibration that searches go by: that of the trials, but with the slack and the
/// visits that queries need. `needed` has the slack in multiples of `unit`. The slack becomes at
/// most `most` times the slack of the trials.
GraphCalibration adapted(const GraphCalibration& trials, const QueryEffort& needed, float unit,
                         double most);

}  // namespace vecext
