// Reports the progress of CREATE INDEX in pg_stat_progress_create_index: how many rows of a phase
// are done.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/relcache.h"
}

namespace vecext::pg {

/// What the steps of a phase are: rows of the table that are read, pages of the index that are
/// written, or multiply-adds.
enum class Steps { kRows, kPages, kWork };

/// Begins a phase that works on `rows` rows and is estimated to take `total` steps. If a share of
/// the steps is done, the same share of the rows is shown as done, which is at most all rows.
void begin_phase(int64 phase, double rows, Steps steps, double total);

/// Begins a phase that reads `rows` rows.
inline void begin_phase(int64 phase, double rows) {
  begin_phase(phase, rows, Steps::kRows, rows);
}

/// Adds `count` steps to the phase. Does nothing if the phase counts steps of another kind, or if
/// no index is being built.
void add_progress(Steps steps, double count);

/// Ends the last phase of a build, so that later uses of the same loops report nothing.
void end_phases();

/// Returns the estimated number of rows of a table, which follows from its statistics and its
/// number of pages.
double estimated_rows(Relation heap);

}  // namespace vecext::pg
