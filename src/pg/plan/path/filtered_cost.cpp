#include "pg/plan/path/filtered_cost.h"

#include "pg/am/common/access_method.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/plan/path/check_cost.h"
#include "pg/plan/path/server_paths.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/sys/list.h"

extern "C" {
#include "catalog/pg_am.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Set& kSets = kCosts.set;

/// True if the matching rows lie together in a btree, which is the case if all conditions are
/// operators on its first column. pg/rowset/btree_rows.cpp makes the same decision for itself.
bool is_range(const IndexPath* path) {
  for (const auto* clause : list_of<IndexClause>(path->indexclauses)) {
    for (auto* condition : list_of<RestrictInfo>(clause->indexquals)) {
      if (clause->indexcol > 0 || !IsA(condition->clause, OpExpr)) {
        return false;
      }
    }
  }
  return path->indexinfo->relam == BTREE_AM_OID;
}

/// Returns how many of the planner's units a microsecond is. It is about 1 if pages are in memory
/// and checks take no longer than the server's own paths are charged for. Otherwise the server's
/// scan of the whole table gives the measure. It also does if the number of matching rows is a
/// guess, because then it is most important that the path compares correctly with that scan.
double unit_of_scan(PlannerInfo* root, RelOptInfo* rel, FilterShape shape) {
  if (!shape.is_guess && shape.check.cost <= 0) {
    return 1;
  }
  const Cost scan = create_seqscan_path(root, rel, nullptr, 0)->total_cost;
  const double check = shape.check.cost / shape.check.share_with_keys;
  const double charged = Max(check - shape.unplanned, 0) / kCosts.policy.unit;
  shape.can_make_set = false;
  const double time = shape.is_guess ? cost_of_exact(shape, shape.matching)
                                     : scan + shape.table_rows * (check - charged);
  return Min(scan / time, 1);
}

}  // namespace

SetCost set_cost_of(const Path* bitmap) {
  if (IsA(bitmap, IndexPath)) {
    const auto* path = reinterpret_cast<const IndexPath*>(bitmap);
    const IndexOptInfo* index = path->indexinfo;
    if (index->relam == GIN_AM_OID) {
      return kSets.of_gin;
    }
    if (is_range(path)) {
      return kSets.of_range;
    }
    return index->relam == BTREE_AM_OID || access_method_of(index) != nullptr ? kSets.of_lists
                                                                              : kSets.of_bitmap;
  }
  SetCost highest{0, 0};
  for (const auto* part : list_of<Path>(parts_of(bitmap))) {
    const SetCost cost = set_cost_of(part);
    highest = {Max(highest.row, cost.row), Max(highest.page, cost.page)};
  }
  return highest;
}

bool has_guess(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* limit) {
  for (const auto* condition : list_of<RestrictInfo>(rel->baserestrictinfo)) {
    if (condition != limit && is_guessed(root, reinterpret_cast<const Node*>(condition->clause))) {
      return true;
    }
  }
  return false;
}

void cost_filtered_path(PlannerInfo* root, CustomPath* path, const FilteredPlan& plan,
                        const Path* index) {
  const FilterShape& shape = plan.shape;
  const double unit = unit_of_scan(root, index->parent, shape);
  const Cost startup = unit * cost_of_first_rows(plan);
  const double returned = shape.matching * shape.within / shape.table_rows;
  const Cost total =
      unit * (choose_way(shape, shape.matching).cost + returned * kCosts.table.returned_row);
  // `index` is a plain scan whose rows the executor rechecks. It is never better than postfilter,
  // so this path must cost less than that scan.
  const double below = plan.load_cost > 0 ? kCosts.policy.below_of_join : kCosts.policy.below;
  path->path.startup_cost = Min(startup, below * index->startup_cost) + plan.load_cost;
  path->path.total_cost =
      Max(path->path.startup_cost, Min(total, below * index->total_cost) + plan.load_cost);
  if (filter_strategy != kFilterAuto) {
    path->path.startup_cost = path->path.total_cost = 0;
  }
  follow_enable_indexscan(&path->path, index);
}

}  // namespace vecext::pg
