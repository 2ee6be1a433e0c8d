// The families of queries of trials, and the true neighbors of each query.
#pragma once

#include <algorithm>

#include "core/base/arena.h"
#include "core/base/ids.h"
#include "core/page/node_page.h"

namespace vecext {

/// Families of queries: rows; means of two rows; means of three rows; and points halfway between a
/// row and the row farthest from it. There are only few rows, as they only show how many nodes a
/// search for a row visits. The other families have equal numbers of queries.
inline constexpr std::int32_t kTrialFamilies = 4;
inline constexpr std::int32_t kEasyFamily = 0;
inline constexpr std::int32_t kEasyQueries = 8;
inline constexpr std::int32_t kHalfwayFamily = kTrialFamilies - 1;

/// How many neighbors a trial looks for.
inline constexpr std::int32_t kTrialNeighbors = 10;

/// The most rows that a query is made of, and how many rows a query of a family is made of.
inline constexpr std::int32_t kTrialSources = 3;
constexpr std::int32_t sources_of(std::int32_t family) {
  return family == kHalfwayFamily ? 2 : family + 1;
}

class TrialTruth {
 public:
  explicit TrialTruth(std::int32_t per_family) : per_family_(per_family) {}

  /// Reserves memory for the neighbors of all queries. Returns false if memory runs out.
  bool reserve(Arena arena) {
    const auto nodes = static_cast<std::size_t>(count() * kTrialNeighbors);
    nodes_ = arena.array<NodeId>(nodes);
    if (nodes_ != nullptr) {
      std::fill_n(nodes_, nodes, kNoNode);
    }
    return nodes_ != nullptr;
  }

  /// per_family() is the number of queries of each family between rows, count() the number of all
  /// queries.
  std::int32_t per_family() const { return per_family_; }
  std::int32_t count() const { return first(kTrialFamilies); }
  /// Returns the first query of a family.
  std::int32_t first(std::int32_t family) const {
    return family == kEasyFamily ? 0 : kEasyQueries + (family - 1) * per_family_;
  }

  /// Returns the kTrialNeighbors true neighbors of a query. If it has fewer, the last places are
  /// kNoNode.
  const NodeId* of(std::int32_t query) const { return nodes_ + query * kTrialNeighbors; }
  NodeId* of(std::int32_t query) { return nodes_ + query * kTrialNeighbors; }
  /// Removes neighbor i of a query and those after it.
  void end(std::int32_t query, std::int32_t i) {
    std::fill(of(query) + i, of(query) + kTrialNeighbors, kNoNode);
  }

 private:
  const std::int32_t per_family_;
  NodeId* nodes_ = nullptr;
};

}  // namespace vecext
