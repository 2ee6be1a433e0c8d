// The state of a filtered scan.
#pragma once

#include <optional>

#include "core/base/row_set.h"
#include "core/filter/row_bits.h"
#include "pg/am/scan/exact_rows.h"
#include "pg/am/scan/level_rows.h"
#include "pg/am/scan/scan_filter.h"
#include "pg/plan/scan/check_clock.h"
#include "pg/plan/scan/failed_rows.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/plan/scan/filtered_plan.h"
#include "pg/plan/scan/key_restriction.h"
#include "pg/plan/scan/scan_conditions.h"
#include "pg/rowset/kept_sets.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
#include "executor/nodeIndexscan.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// What is known of the name under which the set may be kept.
enum class SetNaming : uint8 { kNotYet, kNamed, kNone };

/// What the node did, for EXPLAIN.
struct FilteredWork {
  bool had_no_keys;
  bool made_set;
  int64 set_rows;
  bool is_set_kept;  // by an earlier statement
  bool searched_rows;
  bool searched_set;
  bool compared;
  int64 rows_compared;
};

struct FilteredScan : CustomScanState, ScanFilter {
  FilteredPlan plan;
  FilteredPlan deferred_plan;  // used once a deferred join restricts the scan
  Relation index;
  IndexScanDesc scan;
  ScanKey order;
  int order_count;
  IndexRuntimeKeyInfo* runtime_keys;
  int runtime_key_count;
  ExprContext* runtime_context;
  ScanConditions conditions;
  CheckClock clock;               // measures the checks of rows
  ExprContext* checking_context;  // in which conditions are checked
  ExprState* limit;               // the limit of the distance; null if there is none
  double most_distance;           // the value of the limit; infinity if any distance is allowed
  KeyRestriction keys;            // by the joins above the scan
  bool may_test_keys_first;
  std::optional<PlanAbove> above;
  // The state of one scan, which a rescan resets:
  MemoryContext context;
  bool is_started;
  bool is_searching;  // true if the index may have more rows
  bool is_complete;   // true if nothing is left to compare after the index's rows
  bool has_searched_set;
  RowSet* handed_out;
  FailedRows* failed;
  HeapRows* heap;        // null before rows are compared
  bool is_checked_last;  // true if rows are compared before their conditions are checked
  ExactRows* exact;
  LevelRows* level;  // used in place of `exact` if all rows that are left have the same distance
  // The set, which lives until its parameters change:
  MemoryContext set_context;
  const RowBits* set;
  SetNaming naming;
  SetName set_name;
  SetMemories* set_memories;  // memories of a set that the session keeps, or null
  bool is_set_exact;          // true if each row of the set fulfils the conditions that an exact
                              // set of this plan implies
  FilterShape shape;
  double checking;  // microseconds that the conditions of found rows have taken so far
  FilteredWork work;
};

inline FilteredScan* scan_of(CustomScanState* node) {
  return static_cast<FilteredScan*>(node);
}

inline PlanState* bitmap_of(FilteredScan* state) {
  return state->custom_ps == NIL ? nullptr : static_cast<PlanState*>(linitial(state->custom_ps));
}

}  // namespace vecext::pg
