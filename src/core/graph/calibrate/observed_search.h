// Observed searches of a graph: after a search for a user's query, another one with more slack
// notes the slack that each row needs, as trials do. What they tell changes the calibration that
// searches go by.
#pragma once

#include "core/base/arena.h"
#include "core/effort/missed_rows.h"
#include "core/graph/search/frontier.h"
#include "core/graph/search/slack.h"

namespace vecext {

/// The slack that trials found to be enough for a recall of .95: efforts (core/effort) are
/// multiples of it.
inline float unit_of_effort(const GraphCalibration& trials, std::uint32_t nodes, std::int32_t k) {
  return slack_for(trials, 0.95, nodes, k);
}

/// Follows a search. It ends it once that has taken many times as many visits as the first one.
class ObservedSearch {
 public:
  /// How many times the slack of the first search this one has, at most; never more than trials
  /// found for a recall of .99.
  static constexpr float kMoreSlack = 3;

  ObservedSearch(Arena arena, std::int64_t first_visits)
      : arena_(arena), most_visits_(kMoreVisits * first_visits + kFewestVisits) {}

  template <class Search>
  void before(const Search& search, const QueuedNode& node) {
    visits_ = search.within.visits;
    if (search.has_limit()) {
      needed_ = std::max(needed_, search.within.needed(node.estimate, search.found->limit()));
    }
  }

  /// Notes the row of a visited node. Rows of nodes that are compared without a visit are kNoRow:
  /// the search has given up following links.
  void after(NodeId, RowId row) {
    if (row == kNoRow || !reserve(arena_, count_, count_ + 1, 256, &room_, &rows_)) {
      return;
    }
    rows_[count_++] = {row, visits_ < kFewestVisits ? 0 : needed_};
  }

  bool is_done() const { return visits_ >= most_visits_; }

  /// Sets *slack to what the row needed; false if no visit has found it, as rows of the delta
  /// graph, pending ones, and duplicates.
  bool needed(RowId row, float* slack) const {
    const NotedRow* const end = rows_ + count_;
    const NotedRow* const found = std::find_if<const NotedRow*>(
        rows_, end, [row](const NotedRow& noted) { return noted.row == row; });
    if (found == end) {
      return false;
    }
    *slack = found->slack;
    return true;
  }

 private:
  static constexpr std::int64_t kMoreVisits = 8;

  struct NotedRow {
    RowId row;
    float slack;
  };

  const Arena arena_;
  const std::int64_t most_visits_;
  float needed_ = 0;
  std::int32_t visits_ = 0;
  NotedRow* rows_ = nullptr;
  std::int32_t count_ = 0;
  std::int32_t room_ = 0;
};

/// The calibration that searches go by: that of trials, with the slack that observed queries need
/// where that is less, and the visits of these.
GraphCalibration adapted(const GraphCalibration& trials, const ObservedEffort& observed);

}  // namespace vecext
