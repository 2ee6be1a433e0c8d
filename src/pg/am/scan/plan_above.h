// The plan above an index scan. The server does not say to an access method how many rows are
// wanted or what is done with them, so this file looks the scan up in the plan that runs.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// What nodes above do with the order of a scan's rows. Each value also means what the values
/// before it mean.
enum class OrderUse : uint8 {
  kNone,
  kReliedOn,   // a node merges, groups, ranks or sorts further by the order of rows
  kForGroups,  // a late row would become a group or a match of its own
};

/// What the nodes above a scan do with its rows.
struct PlanAbove {
  /// The LIMIT that takes the rows as they are. It is null if there is none, or if a node in
  /// between changes the rows. It lives as long as the scan.
  const LimitState* limit;
  int64 reads_more;  // rows that nodes in between read beyond the LIMIT: to compare one with the
                     // last, or to see that a window function's rows go on
  bool reads_all;    // true if every row that `limit` lets through is read
  OrderUse order_use;
};

/// Returns the plan above a scan of the server's own, or above a node. All fields are empty if no
/// running plan has the scan or the node.
PlanAbove plan_above(IndexScanDesc scan);
PlanAbove plan_above(const PlanState* node);

/// True if every row is read, however many there are. The answer may change at a rescan, whose
/// LIMIT may be another.
bool reads_all(const PlanAbove& above);

/// Returns how many rows the LIMIT reads, which is its offset plus its count, or 0 if that is not
/// known.
int64 rows_of_limit(const PlanAbove& above);

/// Returns how many rows the plan certainly reads: PG_INT64_MAX if it reads all rows, otherwise
/// those of the LIMIT.
int64 rows_read(const PlanAbove& above);

/// Called when the outermost plan of a statement has run without an error, if it is not null.
extern void (*after_outermost_plan)();

/// Installs the hooks that note which plan runs. It has to be called once, when the library is
/// loaded.
void note_running_plans();

}  // namespace vecext::pg
