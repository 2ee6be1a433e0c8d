// What the planner is told of an ordered scan. Its work comes before its first row: so it is
// start-up cost. What it costs to go on grows with the rows wanted, up to what an unlimited sort of
// the table would ask for.
#pragma once

#include "pg/am/ordered_scan.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

// CPU work in units of cpu_operator_cost (about the cost of one distance of some 100 dims).
inline constexpr double kCostOfCode = 0.02;
inline constexpr double kCostOfVector = 1;

/// Rows of the table looked at for each row wanted, where only codes are known.
inline constexpr double kRerankedPerRow = 1.5;

/// What pages cost in the index's tablespace.
struct PageCosts {
  double sequential;
  double random;
};

/// What a search is thought to do.
struct SearchEffort {
  double pages;      // of the index, read
  double page_cost;  // of each
  double operators;  // in units of cpu_operator_cost
  double reranked;   // rows of the table
};

/// Estimates the search for `wanted` rows in an index of `rows` (both at least 1).
using EstimateSearch = SearchEffort (*)(const IndexPath* path, double rows, double wanted,
                                        const PageCosts& costs);

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
void estimate_ordered_scan(PlannerInfo* root, IndexPath* path, EstimateSearch estimate,
                           const ScanCost& cost);

/// Is it an index of ours, and of what kind?
bool is_ordered_index(const IndexOptInfo* index);
ScanStep step_of_index(const IndexOptInfo* index);

/// What a graph's nodes are like; of an index that is no graph all is 0.
struct NodeTraits {
  int32 links;     // of each, at most
  bool has_codes;  // searches can look at the codes of all rows of a set (core/graph)
};
NodeTraits nodes_of_index(const IndexOptInfo* index);

}  // namespace vecext::pg
