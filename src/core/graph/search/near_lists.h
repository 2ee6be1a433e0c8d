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

/// The score of a list's center.
float center_score(const GraphModel& model, const GraphQuery& query, Part part, std::uint32_t list);

/// The terms that turn the sums of the codes of a list into estimates and bounds. `score` is that
/// of its center. Bounds have the part `width` of the width that kBoundWidth gives them; 0: they
/// are estimates.
kernel::EstimateTerms list_terms(const GraphModel& model, const GraphQuery& query, Part part,
                                 const NearList& list, float width);

/// True if a query is farther from the center of the nearest list, as far as directions tell by
/// inner product, than nodes are from theirs: then its nearest nodes may be in any list.
bool is_far(const GraphModel& model, const GraphQuery& query, Part part, const NearList& nearest);

class NearLists {
 public:
  /// The most lists found.
  static constexpr std::int32_t kMost = 128;

  /// Finds the `most` lists whose centers are nearest, in this order.
  void find(const GraphModel& model, const GraphQuery& query, Part part, std::int32_t most);

  std::int32_t count() const { return count_; }
  const NearList& operator[](std::int32_t i) const { return lists_[i]; }

 private:
  void add_block(const GraphModel& model, const GraphQuery& query, Part part, std::uint32_t block,
                 const kernel::EstimateTerms& terms);
  void keep(std::int32_t most);

  /// Lists that wait for a selection of the nearest, for each of these: to select more often takes
  /// longer than going on.
  static constexpr std::int32_t kRoomFor = 8;
  static constexpr std::int32_t kRoom = kRoomFor * kMost;

  float limit_ = 0;  // of estimates; lists beyond it are not among the nearest
  std::int32_t count_ = 0;
  NearList lists_[kRoom];
};

}  // namespace vecext
