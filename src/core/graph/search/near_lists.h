// The lists of a part of a graph (core/graph/format/node_lists.h) as a query sees them: which of
// them are nearest, and the terms of the estimates of their codes.
#pragma once

#include "core/graph/search/graph_query.h"

namespace vecext {

/// A list, and the score of its center.
struct NearList {
  float score;
  std::uint32_t list;
};

/// Returns the score of a list's center.
float center_score(const GraphModel& model, const GraphQuery& query, Part part, std::uint32_t list);

/// Returns the terms that turn the sums of the codes of a list into estimates and bounds. `list`
/// has the score of the list's center. The width of bounds is `width` times the width that
/// kBoundWidth gives them; if `width` is 0, the bounds equal the estimates.
kernel::EstimateTerms list_terms(const GraphModel& model, const GraphQuery& query, Part part,
                                 const NearList& list, float width);

/// True if a query is farther from the center of the nearest list than nodes are from the centers
/// of their lists. By inner product, the directions of query and center are compared. The nodes
/// nearest to such a query may be in any list.
bool is_far(const GraphModel& model, const GraphQuery& query, Part part, const NearList& nearest);

class NearLists {
 public:
  /// The most lists that find() may be asked for.
  static constexpr std::int32_t kMost = 128;

  /// Finds the `most` lists whose centers are nearest, in the order of their scores.
  void find(const GraphModel& model, const GraphQuery& query, Part part, std::int32_t most);

  std::int32_t count() const { return count_; }
  const NearList& operator[](std::int32_t i) const { return lists_[i]; }

 private:
  void add_block(const GraphModel& model, const GraphQuery& query, Part part, std::uint32_t block,
                 const kernel::EstimateTerms& terms);
  void keep(std::int32_t most);

  /// For each list that is wanted, up to this many lists wait until the nearest are selected: to
  /// select more often takes longer than to let more lists wait.
  static constexpr std::int32_t kRoomFor = 8;
  static constexpr std::int32_t kRoom = kRoomFor * kMost;

  float limit_ = 0;  // lists whose estimate is greater are not among the nearest
  std::int32_t count_ = 0;
  NearList lists_[kRoom];
};

}  // namespace vecext
