// Paths in the order of a distance that leave out rows whose keys are not among the keys of the
// other side of a join. Only that join may use such a path.
#pragma once

#include "pg/plan/lookup/hash_lookup.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The restriction of a table by a join.
struct KeyCondition {
  List* keys;                 // expressions of the table
  const JoinKey* equalities;  // equalities of the join, in the same order
  Index security_level;       // the keys may be tested before conditions of a higher level
  LookupLink link;
  double share;      // the share of the table's rows that it leaves
  double count;      // how many distinct keys are expected
  double time;       // microseconds to run the other side and fill the hash table
  double cost;       // the planner's cost of running the other side and filling the hash table
  double fanout;     // how many rows the join gives for each row that is left
  bool is_timed;     // true if the costs of paths are the times that their first rows take
  bool is_deferred;  // true if the scan begins without the restriction
};

/// Returns the scan that gives a path its rows and their order, if joins can restrict such a scan.
/// Returns null otherwise.
Path* scan_in_order(PlannerInfo* root, Path* path);

/// True unless a deferred join restricts `scan`, which scan_in_order() has returned. No other join
/// can restrict such a scan, because a deferred join is always the last.
bool can_be_restricted(const Path* scan);

/// Returns a copy of the path whose scan is restricted. can_be_restricted() must be true for the
/// path's scan_in_order().
Path* restrict_path(PlannerInfo* root, Path* path, const KeyCondition& condition);

}  // namespace vecext::pg
