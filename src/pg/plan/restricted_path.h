// Paths in the order of a distance, restricted to rows whose keys are those of another side of a
// join. Such a path is for the join's outer side alone: others would lose rows by it.
#pragma once

#include "pg/plan/hash_lookup.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What a join knows of the rows of a table that it can use.
struct KeyCondition {
  List* keys;           // expressions of the table
  const JoinKey* join;  // the equalities of the join, in the same order
  bool is_promotable;   // may they be rechecked before the table's own conditions?
  LookupLink link;
  double share;   // of the table's rows, those left
  double count;   // of different keys
  double cost;    // of having the keys
  double spread;  // rows of the join, in all, for each row left
};

/// The scan that a path takes its rows and their order from, where that may be restricted; else
/// null.
Path* scan_in_order(PlannerInfo* root, Path* path);

/// The path with its scan restricted.
Path* restrict_path(PlannerInfo* root, Path* path, const KeyCondition& condition);

}  // namespace vecext::pg
