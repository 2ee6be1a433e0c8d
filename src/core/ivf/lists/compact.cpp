#include "core/ivf/lists/compact.h"

#include <algorithm>

namespace vecext::ivf {

namespace {

/// A list is long if it has kLongQuarters / 4 times the rows that it should have (measured,
/// docs/experiments/list-centroids-and-splits.md). If an earlier split could not separate its rows,
/// it must also have kRetryTimes as many rows as then.
constexpr std::int64_t kLongQuarters = 7;
constexpr std::int64_t kRetryTimes = 2;
/// A list is short if it has fewer than one in kShortPart of the rows that it should have (measured
/// with a prototype: after 70 % of the rows were deleted, .95 recall took 16 % of the rows instead
/// of 20 %).
constexpr std::int64_t kShortPart = 4;
/// A list is wasteful if more than one in kWastePart of its lanes is dead, or of its pages is not
/// needed.
constexpr std::int64_t kWastePart = 4;

bool is_wasteful(const Model& model, const ListSize& size) {
  const std::int64_t room = places(model);
  const std::int64_t needed = size.rows == 0 ? 1 : (size.rows + room - 1) / room;
  return (size.lanes - size.rows) * kWastePart > size.lanes ||
         (size.pages - needed) * kWastePart > size.pages;
}

}  // namespace

bool is_long(const Model& model, std::int32_t list, std::int64_t rows) {
  return 4 * rows >= kLongQuarters * model.meta.list_rows &&
         rows >= kRetryTimes * static_cast<std::int64_t>(model.entries[list].whole);
}

Rebalancing plan_rebalancing(const Model& model, std::int32_t list, const ListSize& size,
                             bool may_change_number, Arena arena) {
  if (may_change_number && is_long(model, list, size.rows)) {
    return {{list, -1}, 1, 2};
  }
  const bool is_short = size.rows * kShortPart < model.meta.list_rows;
  std::int32_t other = -1;
  if (may_change_number && is_short &&
      nearest_list(model, model.centroid(list), list, arena, &other).ok() && other >= 0) {
    return size.rows == 0 ? Rebalancing{{list, -1}, 1, 0} : Rebalancing{{list, other}, 2, 1};
  }
  return is_wasteful(model, size) ? Rebalancing{{list, -1}, 1, 1} : Rebalancing{{list, -1}, 0, 0};
}

}  // namespace vecext::ivf
