#include "pg/am/maintenance/work_report.h"

extern "C" {
#include "commands/progress.h"
#include "lib/stringinfo.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
}

namespace vecext::pg {

namespace {

/// Work that takes less time is logged at DEBUG1. The line is for the server's log only: a client
/// that asked for LOG messages does not see it, since no client asked for this work.
constexpr double kLoggedSeconds = 1;

double seconds_since(const instr_time& begin) {
  instr_time now;
  INSTR_TIME_SET_CURRENT(now);
  INSTR_TIME_SUBTRACT(now, begin);
  return INSTR_TIME_GET_DOUBLE(now);
}

/// Shows work on an index in pg_stat_progress_create_index. Returns false, and shows nothing, if
/// the statement has a progress view of its own, as COPY and VACUUM have, because the server shows
/// only one view for a statement.
bool begin_command(Relation index) {
  // The view may still show what a failed statement has begun.
  end_phases();
  if (MyBEEntry == nullptr || MyBEEntry->st_progress_command != PROGRESS_COMMAND_INVALID) {
    return false;
  }
  pgstat_progress_start_command(PROGRESS_COMMAND_CREATE_INDEX, index->rd_index->indrelid);
  const int params[] = {PROGRESS_CREATEIDX_INDEX_OID, PROGRESS_CREATEIDX_ACCESS_METHOD_OID,
                        PROGRESS_CREATEIDX_PHASE};
  const int64 values[] = {RelationGetRelid(index), index->rd_rel->relam,
                          PROGRESS_CREATEIDX_PHASE_BUILD};
  pgstat_progress_update_multi_param(lengthof(params), params, values);
  return true;
}

}  // namespace

bool WorkReport::is_shown_ = false;

WorkReport::WorkReport(Relation index) : index_(RelationGetRelationName(index)) {
  INSTR_TIME_SET_CURRENT(begun_);
  phase_begun_ = begun_;
  is_shown_ = begin_command(index);
}

void WorkReport::begin(const char* name, int64 phase, double rows, Steps steps, double total) {
  add_time();
  current_ = 0;
  while (current_ < count_ && strcmp(phases_[current_].name, name) != 0) {
    ++current_;
  }
  Assert(current_ < kMostPhases);
  if (current_ == count_) {
    phases_[count_++] = {name, 0};
  }
  if (is_shown_) {
    begin_phase(phase, rows, steps, total);
  }
}

void WorkReport::end(double rows) {
  add_time();
  drop();
  const double seconds = seconds_since(begun_);
  StringInfoData detail;
  initStringInfo(&detail);
  for (int i = 0; i < count_; ++i) {
    appendStringInfo(&detail, "%s%s: %.2f s", i > 0 ? ", " : "", phases_[i].name,
                     phases_[i].seconds);
  }
  ereport(seconds >= kLoggedSeconds ? LOG_SERVER_ONLY : DEBUG1,
          (errmsg("index \"%s\" was reorganized: %.0f rows in %.2f s", index_, rows, seconds),
           errdetail_internal("%s.", detail.data)));
  pfree(detail.data);
}

void WorkReport::drop() {
  // If an error has ended the transaction, the server shows nothing any more, or another command.
  if (is_shown_ && MyBEEntry->st_progress_command == PROGRESS_COMMAND_CREATE_INDEX) {
    pgstat_progress_end_command();
  }
  is_shown_ = false;
  end_phases();
}

void WorkReport::add_time() {
  if (current_ >= 0) {
    phases_[current_].seconds += seconds_since(phase_begun_);
  }
  INSTR_TIME_SET_CURRENT(phase_begun_);
}

}  // namespace vecext::pg
