// What the planner is told of an ordered scan. Its work comes before its first row: so it is
// start-up cost. What it costs to go on grows with the rows wanted, up to what an unlimited sort of
// the table would ask for.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/common/value_width.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What pages cost in the index's tablespace.
struct PageCosts {
  double sequential;
  double random;

  /// A page of so many, read in no order. One that is likely to be cached costs what pages do in
  /// their order, or a share of it: so do those of the server's sequential scans, cached or not.
  double of(double pages, double cached_page = 1) const;
};

/// What a search is thought to do.
struct SearchEffort {
  double pages;      // of the index, read
  double page_cost;  // of each
  double operators;  // in units of cpu_operator_cost
  double reranked;   // rows of the table
};

/// What there is to search.
struct SearchTask {
  const IndexOptInfo* index;
  double rows;    // of the index; at least 1
  double wanted;  // of them; at least 1
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

/// amcostestimate, by what a search for the rows that the query wants is estimated to do. Infinite
/// without an order: then there is nothing to search for.
void estimate_ordered_scan(const AccessMethod& method, PlannerInfo* root, IndexPath* path,
                           const ScanCost& cost);

/// A method's amcostestimate, by which the method is known.
template <const AccessMethod& kMethod>
void cost_estimate(PlannerInfo* root, IndexPath* path, double, Cost* startup, Cost* total,
                   Selectivity* selectivity, double* correlation, double* pages) {
  estimate_ordered_scan(kMethod, root, path, {startup, total, selectivity, correlation, pages});
}

}  // namespace vecext::pg
