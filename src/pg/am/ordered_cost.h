// What the planner is told of an ordered scan. Its work comes before its first row: so it is
// start-up cost. What it costs to go on grows with the rows wanted, up to what an unlimited sort of
// the table would ask for.
#pragma once

#include "pg/am/ordered_scan.h"
#include "pg/sys/pg.h"
#include "pg/am/value_width.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// To look at a code, in units of cpu_operator_cost.
inline constexpr double kCostOfCode = 0.02;

/// Rows of the table looked at for each row wanted, where only codes are known.
inline constexpr double kRerankedPerRow = 1.5;

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

using EstimateSearch = SearchEffort (*)(const SearchTask& task);

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
