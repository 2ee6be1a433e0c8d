// Paths in the order of a distance that leave out rows whose keys are not among those of the other
// side of a join. Only that join may use such a path.
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
  const JoinKey* equalities;  // of the join, in the same order
  Index security_level;       // the keys may be tested before conditions of a higher one
  LookupLink link;
  double share;      // of the table's rows that it leaves
  double count;      // distinct keys
  double time;       // microseconds to run the other side and fill the hash table
  double cost;       // of running the other side and filling the hash table
  double fanout;     // rows that the join gives for each row left
  bool is_timed;     // paths cost what their first rows take
  bool is_deferred;  // the scan begins without the restriction
};

/// The scan that gives a path its rows and their order, if joins can restrict such a scan;
/// otherwise null.
Path* scan_in_order(PlannerInfo* root, Path* path);

/// True unless the scan_in_order() of a path is that of a deferred join, which is its last one.
bool can_be_restricted(const Path* scan);

/// A copy of the path whose scan is restricted. Its scan_in_order() can_be_restricted().
Path* restrict_path(PlannerInfo* root, Path* path, const KeyCondition& condition);

}  // namespace vecext::pg
