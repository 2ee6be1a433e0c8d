#include "pg/sys/progress.h"

extern "C" {
#include "commands/progress.h"
#include "miscadmin.h"
#include "optimizer/plancat.h"
#include "utils/backend_progress.h"
}

namespace vecext::pg {

namespace {

struct Phase {
  double rows;
  Steps steps;
  double total;  // estimated steps of the phase; 0 if no index is being built
  double done;
  int64 reported;
};
Phase current{};

}  // namespace

void begin_phase(int64 phase, double rows, Steps steps, double total) {
  // Phases take long, and some evaluate the expressions of the index, so no page may be locked now.
  Assert(InterruptHoldoffCount == 0);
  const int params[] = {PROGRESS_CREATEIDX_SUBPHASE, PROGRESS_CREATEIDX_TUPLES_TOTAL,
                        PROGRESS_CREATEIDX_TUPLES_DONE};
  const int64 values[] = {phase, static_cast<int64>(rows), 0};
  pgstat_progress_update_multi_param(lengthof(params), params, values);
  current = {rows, steps, Max(total, 1), 0, 0};
}

void add_progress(Steps steps, double count) {
  if (current.total == 0 || current.steps != steps) {
    return;
  }
  current.done += count;
  const auto rows = static_cast<int64>(current.rows * Min(current.done / current.total, 1));
  if (rows != current.reported) {
    current.reported = rows;
    pgstat_progress_update_param(PROGRESS_CREATEIDX_TUPLES_DONE, rows);
  }
}

void end_phases() {
  current = {};
}

double estimated_rows(Relation heap) {
  BlockNumber pages;
  double rows;
  double visible;
  estimate_rel_size(heap, nullptr, &pages, &rows, &visible);
  return rows;
}

}  // namespace vecext::pg
