// Reports the progress of CREATE INDEX in pg_stat_progress_create_index: how many rows of a phase
// are done.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/relcache.h"
}

namespace vecext::pg {

/// The unit of a phase's steps: rows of the table read, pages of the index written, or
/// multiply-adds.
enum class Steps { kRows, kPages, kWork };

/// Begins a phase for `rows` rows that takes an estimated `total` of steps. The share of `rows`
/// that is shown as done is the share of `total` that is done, and at most 1.
void begin_phase(int64 phase, double rows, Steps steps, double total);

/// Begins a phase that reads `rows` rows.
inline void begin_phase(int64 phase, double rows) {
  begin_phase(phase, rows, Steps::kRows, rows);
}

/// Adds `count` steps to the phase. Does nothing if the phase counts another kind of steps, or if
/// there is no build.
void add_progress(Steps steps, double count);

/// Ends the last phase of a build, so that other users of the same loops report nothing.
void end_phases();

/// Returns the estimated number of rows of a table, by its statistics and pages.
double estimated_rows(Relation heap);

}  // namespace vecext::pg
