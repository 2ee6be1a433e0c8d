// How far CREATE INDEX is, for pg_stat_progress_create_index: rows done of the rows of a phase.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/relcache.h"
}

namespace vecext::pg {

/// What the steps of a phase are counted in: rows of the table read, pages of the index written,
/// multiply-adds.
enum class Steps { kRows, kPages, kWork };

/// A phase begins that is for so many rows; it is done when its steps are `total`, an estimate.
/// Rows done never exceed `rows`, and never fall.
void begin_phase(int64 phase, double rows, Steps steps, double total);

/// A phase that reads so many rows.
inline void begin_phase(int64 phase, double rows) {
  begin_phase(phase, rows, Steps::kRows, rows);
}

/// So many steps are done; nothing where the phase counts others, or outside of a build.
void add_progress(Steps steps, double count);

/// The build has ended: what others do in the same loops is no progress of it.
void end_phases();

/// The rows of a table, by its statistics and pages.
double estimated_rows(Relation heap);

}  // namespace vecext::pg
