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

  /// The mean cost of a page of a relation of `pages` pages that is read in no order. A page that
  /// effective_cache_size lets expect to be cached costs `cached_page` times a sequential one, as
  /// the server charges for the pages of sequential scans whether they are cached or not.
  double of(double pages, double cached_page = 1) const;
};

/// The estimated work of a search.
struct SearchEffort {
  double pages;      // pages of the index that it reads
  double page_cost;  // cost of each of them
  double operators;  // computations, in units of cpu_operator_cost
  double reranked;   // rows of the table that it looks up
};

/// The search to estimate.
struct SearchTask {
  const IndexOptInfo* index;
  double rows;    // of the index; at least 1
  double wanted;  // rows wanted of them; at least 1
  PageCosts costs;
  ValueWidth width;  // of the vectors
};

/// The outputs of amcostestimate.
struct ScanCost {
  Cost* startup;
  Cost* total;
  Selectivity* selectivity;
  double* correlation;
  double* pages;
};

/// amcostestimate: the cost of a search for the rows that the query wants; without an order, that
/// of a scan by key columns. A scan with neither is forbidden: it could return no rows without a
/// value. So is one by a query that is not for the index, and one in several orders.
void estimate_ordered_scan(const AccessMethod& method, PlannerInfo* root, IndexPath* path,
                           const ScanCost& cost);

/// True if an index of this library has no scan as that of the path, or below that of the bitmap.
bool is_forbidden(const Path* path);

/// A method's amcostestimate, which identifies the method.
template <const AccessMethod& kMethod>
void cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                   Selectivity* selectivity, double* correlation, double* pages) {
  estimate_ordered_scan(kMethod, root, path, {startup, total, selectivity, correlation, pages});
}

}  // namespace vecext::pg
