// What the builds of all access methods have in common: threads that can be canceled, progress, the
// result.
#pragma once

#include "core/base/status.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"
#include "pg/sys/progress.h"

extern "C" {
#include "access/genam.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
}

namespace vecext::pg {

/// Returns the number of threads that a build may use.
inline int32 build_threads() {
  return max_parallel_maintenance_workers + 1;
}

/// The core's stop predicate: returns true if the build is canceled. Reports `work` as progress.
/// Other interrupts wait for check_work().
inline bool cancel_pending(void*, std::size_t work) {
  add_progress(Steps::kWork, static_cast<double>(work));
  return QueryCancelPending || ProcDiePending;
}

/// Processes pending interrupts, and raises a Status that is not ok.
inline void check_work(const Status& status) {
  CHECK_FOR_INTERRUPTS();
  check(status);
}

inline IndexBuildResult* build_result(double heap_rows, double index_rows) {
  auto* result = palloc0_object<IndexBuildResult>();
  result->heap_tuples = heap_rows;
  result->index_tuples = index_rows;
  return result;
}

}  // namespace vecext::pg
