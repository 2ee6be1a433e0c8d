// The plan of a scan with conditions, between the planner and the executor.
#pragma once

#include "pg/plan/filter_policy.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The node's name, as EXPLAIN shows it.
inline constexpr char kFilteredScanName[] = "FilteredVectorScan";

/// What the scan must know of the planner's thoughts.
struct FilteredPlan {
  FilterShape shape;
  double wanted;  // rows; 0: not known
};

/// The path of a scan by `index`, with the rows that `bitmap` (null for none) leaves, as far as
/// `most_distance` (null for none), an expression without rows of the table, says.
CustomPath* make_filtered_path(const FilteredPlan& plan, IndexPath* index, Path* bitmap,
                               Expr* most_distance);

/// What make_filtered_path() was told; the template of the scan of the index, which has its order;
/// what makes the bitmap, or null.
FilteredPlan plan_of(const CustomScan* scan);
const IndexScan* index_scan_of(const CustomScan* scan);
Plan* bitmap_plan_of(const CustomScan* scan);

/// The expression of the farthest distance, or null.
Expr* most_distance_of(const CustomScan* scan);

/// Makes the node known by name, for plans that are read. To be called once.
void register_filtered_scan();

}  // namespace vecext::pg
