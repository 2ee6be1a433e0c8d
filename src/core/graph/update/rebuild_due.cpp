#include "core/graph/update/rebuild_due.h"

#include <algorithm>

namespace vecext {

namespace {

// A rebuild is due if there are enough rows of one of these kinds, each counted as a part of the
// nodes of a graph (2 is a half):
constexpr std::int64_t kOutsidePart = 2;      // rows outside the main graph, for inserts
constexpr std::int64_t kFlatOutsidePart = 8;  // the same for flat graphs, whose searches compare
                                              // whole vectors
constexpr std::int64_t kVacuumPart = 10;      // rows outside the main graph, for VACUUM
constexpr std::int64_t kDeltaPart = 2;        // for a delta graph: pending rows, as a part of its
                                              // nodes,
constexpr std::int64_t kPendingPart = 64;     // and as a part of the main graph's nodes
constexpr std::int64_t kDeadPart = 5;         // nodes without a row

/// A delta graph is not made if fewer rows can still come before the main graph's rebuild than this
/// part of many_pending().
constexpr std::int64_t kSoonPart = 4;

/// Returns how many rows outside the main graph cause its rebuild.
std::int64_t outside_limit(const PlacedRows& rows, std::int64_t part) {
  return std::max(kFewRows, rows.main / part);
}

}  // namespace

bool is_main_due(const PlacedRows& rows, bool is_flat) {
  return rows.outside() >= outside_limit(rows, is_flat ? kFlatOutsidePart : kOutsidePart);
}

std::int64_t many_pending(std::int32_t dims) {
  // A search takes .1 to .2 ms in a delta graph. It takes little less for the codes of kElements
  // elements, or of kMost rows of few elements (measured).
  constexpr std::int64_t kElements = 3 << 19;
  constexpr std::int64_t kMost = 16000;
  return std::clamp(kElements / dims, kFewRows, kMost);
}

bool is_delta_due(const PlacedRows& rows, std::int64_t many, bool is_put_off) {
  const bool is_many =
      rows.pending >= std::max({many, rows.main / kPendingPart, rows.delta / kDeltaPart});
  const bool is_main_near = rows.outside() + many / kSoonPart >= outside_limit(rows, kOutsidePart);
  return is_many && (is_put_off || !is_main_near);
}

bool is_due_for_vacuum(const PlacedRows& rows, std::int64_t living) {
  const std::int64_t dead = rows.main + rows.outside() - living;
  return rows.outside() >= outside_limit(rows, kVacuumPart) ||
         (dead > kFewRows && dead >= rows.main / kDeadPart);
}

}  // namespace vecext
