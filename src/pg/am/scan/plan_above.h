// The plan above an index scan: the access method does not know how many rows are wanted, nor what
// becomes of them, but the plan that runs does.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// What the nodes above a scan do with its rows.
struct PlanAbove {
  /// The LIMIT that takes the rows as they come, as far as no other node stands between; null where
  /// there is none. It stays as long as the scan.
  const LimitState* limit;
  bool takes_one_more;   // than that: it shows whether a row is as near as the last
  bool takes_all;        // every row is asked for, however many there are
  bool relies_on_order;  // a node merges, groups, ranks or sorts on by the order of rows
  bool drops_late;       // one to which a row out of its order is a group, or a match, of its own
};

/// The plan above a scan of the server's own, or above a node.
PlanAbove plan_above(IndexScanDesc scan);
PlanAbove plan_above(const PlanState* node);

/// Rows that its LIMIT takes, and leaves out before; 0: not known.
int64 rows_of_limit(const PlanAbove& above);

/// Has the plans that run noted. To be called once.
void note_running_plans();

}  // namespace vecext::pg
