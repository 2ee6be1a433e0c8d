#include "pg/am/cost/ordered_cost.h"

#include <cmath>

#include "core/page/key_page.h"
#include "pg/am/cost/cost_constants.h"
#include "pg/sys/list.h"

extern "C" {
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "utils/selfuncs.h"
#include "utils/spccache.h"
}

namespace vecext::pg {

namespace {

/// Returns the share of the rows that pass the conditions of the relation.
double filter_share(const IndexPath* path) {
  const RelOptInfo* rel = path->indexinfo->rel;
  return rel->tuples > 0 ? Max(rel->rows / rel->tuples, 1e-9) : 1;
}

/// Returns the path's conditions on the first column, without those on key columns.
List* first_clauses(const IndexPath* path) {
  List* clauses = NIL;
  for (auto* clause : list_of<IndexClause>(path->indexclauses)) {
    if (clause->indexcol == 0) {
      clauses = lappend(clauses, clause);
    }
  }
  return clauses;
}

/// Returns the share of the rows that pass the path's conditions on the first column if the method
/// decides these conditions, so that the scan returns no other rows. Otherwise returns 1.
double decided_share(const AccessMethod& method, PlannerInfo* root, const IndexPath* path) {
  List* clauses = method.decides_conditions ? first_clauses(path) : NIL;
  if (clauses == NIL) {
    return 1;
  }
  return Max(
      clauselist_selectivity(root, get_quals_from_indexclauses(clauses),
                             static_cast<int>(path->indexinfo->rel->relid), JOIN_INNER, nullptr),
      1e-9);
}

/// Returns how many of its `rows` rows the index must return for the query to have enough rows, if
/// `share` of them match.
double rows_wanted(const PlannerInfo* root, double share, double rows) {
  double wanted = rows;
  if (root->limit_tuples > 0) {
    wanted = root->limit_tuples / share;
  } else if (root->tuple_fraction >= 1) {
    wanted = root->tuple_fraction / share;
  } else if (root->tuple_fraction > 0) {
    wanted = rows * root->tuple_fraction;
  }
  return Min(Max(wanted, 1), rows);
}

/// Estimates a scan by key columns, without an order. Rows with one key lie on adjacent leaves. If
/// there are conditions on the first column too, the scan lists all rows that pass them.
void estimate_key_scan(const AccessMethod& method, PlannerInfo* root, const IndexPath* path,
                       const ScanCost& cost) {
  IndexOptInfo* index = path->indexinfo;
  List* conditions =
      add_predicate_to_index_quals(index, get_quals_from_indexclauses(path->indexclauses));
  *cost.selectivity = clauselist_selectivity(root, conditions, static_cast<int>(index->rel->relid),
                                             JOIN_INNER, nullptr);
  const bool has_first = method.decides_conditions && first_clauses(path) != NIL;
  const double decided = decided_share(method, root, path);
  const double share = has_first ? Max(decided, *cost.selectivity) : *cost.selectivity;
  const double rows = clamp_row_est(share * index->tuples);
  PageCosts costs;
  get_tablespace_page_costs(index->reltablespace, &costs.random, &costs.sequential);
  *cost.pages = std::ceil(rows / kLeafRows);
  // The inner pages are in memory, and the keys of a leaf are compared in one pass.
  *cost.startup = kLeafRows * kCosts.planner.code * cpu_operator_cost;
  *cost.total = *cost.startup + *cost.pages * costs.random + rows * cpu_index_tuple_cost;
}

/// Returns the cost of looking up `rows` rows in the table and computing their distances.
Cost cost_of_reranking(PlannerInfo* root, const SearchTask& task, double rows) {
  const RelOptInfo* rel = task.index->rel;
  const double in_order = task.width.toast_pages();
  // Besides its own pages, a value out of line takes two pages of the TOAST table's index. Values
  // are assumed to share none of these pages.
  const double pages =
      index_pages_fetched(rows, rel->pages, static_cast<double>(task.index->pages), root) +
      (in_order > 0 ? rows * (2 + in_order) : 0);
  return pages * task.costs.of(rel->pages + rel->tuples * in_order) +
         rows * (cpu_tuple_cost +
                 (kCosts.planner.look_up + task.width.operators()) * cpu_operator_cost);
}

/// Returns the cost of computing the distances of the rows that the query wants. The planner
/// charges every plan this cost, because the distances are in the query's target list.
Cost cost_of_distances(PlannerInfo* root, const IndexPath* path) {
  QualCost distance;
  cost_qual_eval_node(&distance, static_cast<Node*>(linitial(path->indexorderbys)), root);
  return distance.per_tuple * rows_wanted(root, 1, Max(path->indexinfo->rel->rows, 1));
}

/// A cost so high that the planner takes a plan with it only if there is no other plan. It is
/// finite, because infinity less infinity is not a number, and the server would compare with the
/// result.
constexpr Cost kForbiddenCost = 1e200;

void forbid(IndexPath* path, const ScanCost& cost) {
  *cost.startup = kForbiddenCost;
  *cost.total = kForbiddenCost;
  disable_path(&path->path);
}

}  // namespace

double PageCosts::of(double pages, double cached_page) const {
  const double cached = Min(1, static_cast<double>(effective_cache_size) / Max(pages, 1));
  return cached * cached_page * sequential + (1 - cached) * random;
}

bool is_forbidden(const Path* path) {
  return path->total_cost >= kForbiddenCost;
}

void estimate_ordered_scan(const AccessMethod& method, PlannerInfo* root, IndexPath* path,
                           const ScanCost& cost) {
  *cost.selectivity = 1;
  *cost.correlation = 0;
  *cost.pages = path->indexinfo->pages;
  if (method.answers != nullptr && !method.answers(path)) {
    forbid(path, cost);
    return;
  }
  if (list_length(path->indexorderbys) > 1) {
    // The server assumes that an index which can order by each of several distances can order by
    // all of them together, but an index can order by only one distance.
    forbid(path, cost);
    return;
  }
  if (path->indexorderbys == NIL && path->indexclauses != NIL) {
    estimate_key_scan(method, root, path, cost);
    return;
  }
  if (path->indexorderbys == NIL) {
    forbid(path, cost);
    return;
  }
  SearchTask task{};
  task.index = path->indexinfo;
  task.rows = Max(path->indexinfo->tuples, 1);
  const double decided = decided_share(method, root, path);
  *cost.selectivity = decided;
  task.wanted = rows_wanted(root, Min(filter_share(path) / decided, 1), task.rows * decided);
  get_tablespace_page_costs(path->indexinfo->reltablespace, &task.costs.random,
                            &task.costs.sequential);
  task.width = width_of_operands(root, linitial_node(OpExpr, path->indexorderbys)->args);
  const SearchEffort effort = method.estimate(task);
  *cost.pages = Max(1, effort.pages);
  *cost.startup = *cost.pages * effort.page_cost + effort.operators * cpu_operator_cost +
                  cost_of_reranking(root, task, Min(effort.reranked, task.rows));
  *cost.total = *cost.startup + task.wanted * cpu_index_tuple_cost;
  if (method.has_distances) {
    const double saved = cost_of_distances(root, path);
    *cost.startup = Max(*cost.startup - saved, cpu_tuple_cost);
    *cost.total = Max(*cost.total - saved, *cost.startup);
  }
}

}  // namespace vecext::pg
