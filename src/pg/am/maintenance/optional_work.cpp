#include "pg/am/maintenance/optional_work.h"

#include "pg/am/maintenance/build_work.h"
#include "pg/am/maintenance/work_report.h"
#include "pg/sys/error_scope.h"
#include "pg/sys/version.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The factor by which work may take longer than estimated, because the estimate is for an idle
/// machine.
constexpr double kTimesGuessed = 2;

/// How long inserts do not try again to do work that was not possible.
constexpr int kPauseMilliseconds = 10 * 60 * 1000;

constexpr char kNoTime[] = "the statement has too little time left";

/// Raises an error if the outcome shows that the work was not done.
void check_outcome(Relation index, const Status& status) {
  if (status.code == StatusCode::kCancelled) {
    raise_interrupts();
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg_internal(kNoTime)));
  }
  check_index(index, status);
}

}  // namespace

WorkLimit::WorkLimit() : end_(statement_end()) {
  if (end_ != DT_NOEND) {
    const TimestampTz now = GetCurrentTimestamp();
    end_ = now + (end_ - now) / 2;
  }
}

bool WorkLimit::has_time(double seconds) const {
  return end_ == DT_NOEND || kTimesGuessed * seconds * USECS_PER_SEC <
                                 static_cast<double>(end_ - GetCurrentTimestamp());
}

bool WorkLimit::is_over(void* limit, std::size_t work) {
  const TimestampTz end = static_cast<WorkLimit*>(limit)->end_;
  return cancel_pending(nullptr, work) || (end != DT_NOEND && GetCurrentTimestamp() >= end);
}

bool try_work(Relation index, const OptionalWork& work, int level) {
  WorkLimit limit;
  if (!limit.has_time(work.seconds)) {
    report_work_left(index, level, ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, kNoTime);
    return false;
  }
  ErrorData* error = catch_error([&] { check_outcome(index, work.run(work.context, &limit)); });
  if (error == nullptr) {
    return true;
  }
  WorkReport::drop();
  if (error->sqlerrcode == ERRCODE_QUERY_CANCELED) {
    ReThrowError(error);
  }
  report_work_left(index, level, error->sqlerrcode, error->message);
  FreeErrorData(error);
  return false;
}

void report_work_left(Relation index, int level, int sqlstate, const char* reason) {
  ereport(level,
          (errcode(sqlstate),
           errmsg("index \"%s\" was not reorganized: %s", RelationGetRelationName(index), reason),
           errdetail("The index is valid, but searches may be slower."),
           errhint("Run VACUUM or vecext.merge() when the limits allow it.")));
}

void put_off_work(CachedFile* file, int kind) {
  file->work_from[kind] = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), kPauseMilliseconds);
}

void work_is_done(CachedFile* file, int kind) {
  file->work_from[kind] = 0;
}

bool is_work_put_off(const CachedFile& file, int kind) {
  return file.work_from[kind] != 0 && GetCurrentTimestamp() < file.work_from[kind];
}

}  // namespace vecext::pg
