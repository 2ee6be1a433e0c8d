// The planner's estimates of index scans. A search does its work before it gives its first row, so
// nearly all of its cost is start-up cost, which grows with the number of rows that the query
// wants.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/cost/value_width.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The costs of pages in the index's tablespace.
struct PageCosts {
  double sequential;
  double random;

  /// Returns the mean cost of a page of a relation of `pages` pages that are read in no particular
  /// order. A page that is expected to be cached, by effective_cache_size, costs `cached_page`
  /// times as much as a sequential page. It is not free, because the server charges for the pages
  /// of sequential scans even if they are cached.
  double of(double pages, double cached_page = 1) const;
};

/// The estimated work of a search.
struct SearchEffort {
  double pages;      // pages of the index that it reads
  double page_cost;  // the cost of each of these pages
  double operators;  // computations, in units of cpu_operator_cost
  double reranked;   // rows of the table that it looks up
};

/// The search that is estimated.
struct SearchTask {
  const IndexOptInfo* index;
  double rows;    // rows of the index; at least 1
  double wanted;  // how many of them are wanted; at least 1
  PageCosts costs;
  ValueWidth width;  // the width of the vectors
};

/// The outputs of amcostestimate.
struct ScanCost {
  Cost* startup;
  Cost* total;
  Selectivity* selectivity;
  double* correlation;
  double* pages;
};

/// Implements amcostestimate. The cost is that of a search for the rows that the query wants or,
/// without an order, of a scan by key columns. A scan that the index does not have gets a cost so
/// high that it is forbidden: a scan with neither an order nor key columns, which could not return
/// rows without a value; a scan by a query that names another index; and a scan in several orders.
void estimate_ordered_scan(const AccessMethod& method, PlannerInfo* root, IndexPath* path,
                           const ScanCost& cost);

/// True if the path is a scan that estimate_ordered_scan() has forbidden, or has the cost of such a
/// scan because it is above one.
bool is_forbidden(const Path* path);

/// The callback amcostestimate of a method, which identifies the method.
template <const AccessMethod& kMethod>
void cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                   Selectivity* selectivity, double* correlation, double* pages) {
  estimate_ordered_scan(kMethod, root, path, {startup, total, selectivity, correlation, pages});
}

}  // namespace vecext::pg
