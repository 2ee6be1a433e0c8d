// What the builds of all access methods have: threads of the core that can be stopped, progress, a
// result.
#pragma once

#include "core/base/status.h"
#include "pg/sys/error.h"
#include "pg/sys/pg.h"
#include "pg/sys/progress.h"

extern "C" {
#include "access/genam.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
}

namespace vecext::pg {

/// Threads that a build may have.
inline int32 build_threads() {
  return max_parallel_maintenance_workers + 1;
}

/// Is the build to stop? Other interrupts, of timers say, can wait.
inline bool cancel_pending(void*, std::size_t work) {
  add_progress(Steps::kWork, static_cast<double>(work));
  return QueryCancelPending || ProcDiePending;
}

/// Raises what is pending, and what has gone wrong.
inline void check_work(const Status& status) {
  CHECK_FOR_INTERRUPTS();
  check(status);
}

inline IndexBuildResult* build_result(double heap_rows, double index_rows) {
  auto* result = static_cast<IndexBuildResult*>(palloc(sizeof(IndexBuildResult)));
  result->heap_tuples = heap_rows;
  result->index_tuples = index_rows;
  return result;
}

}  // namespace vecext::pg
