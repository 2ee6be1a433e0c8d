#include "pg/plan/filter_policy.h"

#include <cmath>

namespace vecext::pg {

int filter_strategy = kFilterAuto;

namespace {

// Microseconds, measured with everything in memory (README.md). What counts is how they compare.
constexpr double kBitmapRow = 0.12;  // a row from an index into a set
constexpr double kTableRow = 0.12;  // a row that a sequential scan goes by, its conditions included
constexpr double kTablePage = 0.3;
constexpr double kComparedRow = 0.2;  // more, for one that matches
constexpr double kSortedRow = 0.1;    // to put it in order
constexpr double kNode = 0.5;         // a node visited
constexpr double kList = 2;           // a list looked at, and its rows

/// A search takes more than the rows that it is for: what it looks at before the nearest.
constexpr double kNodesOnTheWay = 60;
constexpr double kListsOnTheWay = 50;
constexpr double kNodesPerRow = 1.5;

/// Nodes visited by a walk for rows of a set grow with its share of all rows
/// (core/graph/README.md).
constexpr double kNodesOfSet = 150;
constexpr double kGrowthWithShare = -0.6;

/// Lists looked at for rows of a set (core/ivf/README.md).
constexpr double kListsOfSet = 250;

/// More rows are searched for than are needed if matches are as frequent everywhere: they are not.
constexpr double kSpare = 1.3;

double share_of_set(const FilterShape& shape) {
  return Min(1, Max(shape.in_set, 1) / Max(shape.table_rows, 1));
}

bool is_graph(const FilterShape& shape) {
  return shape.step == ScanStep::kNode;
}

double cost_of_step(const FilterShape& shape) {
  return is_graph(shape) ? kNode : kList;
}

}  // namespace

double rows_to_search(double wanted, double share) {
  return wanted * (share >= 1 ? 1 : kSpare / Max(share, 1e-9));
}

double cost_of_rows(const FilterShape& shape, double k) {
  const double rows = Min(k, shape.table_rows);
  const double steps = is_graph(shape) ? kNodesOnTheWay + kNodesPerRow * rows
                                       : kListsOnTheWay + 1.5 * std::sqrt(rows);
  return steps * cost_of_step(shape) + rows * shape.row_cost;
}

double cost_of_bitmap(const FilterShape& shape) {
  return shape.is_set_made ? 0 : shape.in_set * kBitmapRow;
}

double cost_of_set(const FilterShape& shape, double wanted) {
  const double more = wanted * kNodesPerRow;
  const double steps = is_graph(shape)
                           ? (kNodesOfSet + more) * std::pow(share_of_set(shape), kGrowthWithShare)
                           : kListsOfSet + more;
  const double most = is_graph(shape) ? shape.table_rows : steps;
  return cost_of_bitmap(shape) + Min(steps, most) * cost_of_step(shape) + wanted * shape.row_cost;
}

double cost_of_exact(const FilterShape& shape) {
  const double sorted = shape.matching * kSortedRow;
  if (shape.has_bitmap) {
    return cost_of_bitmap(shape) + shape.in_set * shape.row_cost + sorted;
  }
  return shape.table_pages * kTablePage + shape.table_rows * kTableRow +
         shape.matching * kComparedRow + sorted;
}

int64 most_visited(const FilterShape& shape) {
  if (filter_strategy == kFilterGraph || filter_strategy == kFilterSweep) {
    return 0;
  }
  return static_cast<int64>(cost_of_exact(shape) / cost_of_step(shape)) + 1;
}

FilterChoice choose_way(const FilterShape& shape, double wanted) {
  const double share = shape.matching / Max(shape.table_rows, 1);
  const FilterChoice rows{FilterWay::kRows,
                          shape.spent + cost_of_rows(shape, rows_to_search(wanted, share))};
  const FilterChoice set{FilterWay::kSet, cost_of_set(shape, wanted)};
  const FilterChoice exact{FilterWay::kExact, cost_of_exact(shape)};
  switch (filter_strategy) {
    case kFilterExact:
      return exact;
    case kFilterGraph:
    case kFilterSweep:
      return shape.has_bitmap ? set : rows;
    case kFilterRows:
      return rows;
    default:
      break;
  }
  FilterChoice best = exact.cost < rows.cost ? exact : rows;
  if (shape.has_bitmap && set.cost < best.cost) {
    best = set;
  }
  return best;
}

}  // namespace vecext::pg
