// Observed searches of a graph. After a search for a user's query, another search for it notes the
// slack that each row needs, as trials do; it has more slack unless the first search had much. What
// is observed changes the calibration that searches go by.
#pragma once

#include "core/effort/query_effort.h"
#include "core/effort/noted_rows.h"
#include "core/graph/search/frontier.h"
#include "core/graph/search/slack.h"

namespace vecext {

/// Returns the slack that trials found to be enough for a recall of .95. Efforts (core/effort) are
/// multiples of it.
inline float unit_of_effort(const GraphCalibration& trials, std::uint32_t nodes, std::int32_t k) {
  return slack_for(trials, 0.95, nodes, k);
}

/// Follows a search, and ends it once it has made kFewestVisits visits and `times` as many as the
/// first search.
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

  /// Notes the row of a visited node. The row is kNoRow for a node that is compared without a
  /// visit, when the search has given up following links.
  void after(NodeId, RowId row) {
    if (row != kNoRow) {
      rows_.add(row, visits_ < kFewestVisits ? 0 : needed_);
    }
  }

  bool is_done() const { return visits_ >= most_visits_; }

  /// Returns the slack that rows need. It is unknown for rows of the delta graph, for pending rows,
  /// and for duplicates.
  const NotedRows& rows() const { return rows_; }

 private:
  const std::int64_t most_visits_;
  float needed_ = 0;
  std::int32_t visits_ = 0;
  NotedRows rows_;
};

/// Returns the calibration that searches go by: the calibration of trials with the slack and the
/// visits that queries need. `needed` has the slack in multiples of `unit`; it becomes at most
/// `most` times the slack of trials.
GraphCalibration adapted(const GraphCalibration& trials, const QueryEffort& needed, float unit,
                         double most);

}  // namespace vecext
