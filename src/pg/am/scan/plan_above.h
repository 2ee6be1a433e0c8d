// The plan above an index scan. The server does not tell an access method how many rows are wanted
// or what is done with them, so this file looks the scan up in the plan that runs.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// What nodes above make of the order of a scan's rows; each value includes those before it.
enum class OrderUse : uint8 {
  kNone,
  kReliedOn,   // a node merges, groups, ranks or sorts further by the order of rows
  kForGroups,  // a node would take a row out of order for another group or match
};

/// What the nodes above a scan do with its rows.
struct PlanAbove {
  /// The LIMIT that takes the rows as they are; null if there is none, or if a node between changes
  /// the rows. It lives as long as the scan.
  const LimitState* limit;
  int64 reads_more;  // rows that nodes between read beyond the LIMIT: to compare one with the
                     // last, or to see that a window function's rows go on
  bool reads_all;    // every row is read that `limit` lets through
  OrderUse order_use;
};

/// The plan above a scan of the server's own, or above a node. All fields are empty if no running
/// plan has it.
PlanAbove plan_above(IndexScanDesc scan);
PlanAbove plan_above(const PlanState* node);

/// True if every row is read, however many there are. The LIMIT of a rescan may be another.
bool reads_all(const PlanAbove& above);

/// The rows that the LIMIT reads: its offset and count; 0: not known.
int64 rows_of_limit(const PlanAbove& above);

/// The rows that the plan certainly reads: PG_INT64_MAX if all, else those of the LIMIT.
int64 rows_read(const PlanAbove& above);

/// Installs the hooks that note which plan runs. Call once, when the library is loaded.
void note_running_plans();

}  // namespace vecext::pg
