// Optional work: reorganization of an index that the current statement does not depend on. Lists
// are rebalanced and graphs rebuilt after many inserts, or after VACUUM has removed many rows.
//
// Optional work never fails the statement. An error ends the work and is reported; inserts do not
// try again for some minutes, while VACUUM and vecext.merge() do. Pages that the work has changed
// stay changed and valid. Only a cancel of the statement itself raises an error, with the server's
// message.
#pragma once

#include "core/base/status.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

/// The time at which optional work must stop: it may take half of the time that is left to the
/// statement.
class WorkLimit {
 public:
  /// The time begins now.
  WorkLimit();

  /// True if there is time for work that is expected to take `seconds`.
  bool has_time(double seconds) const;

  /// The core's stop predicate, with the limit as its context: returns true if the time is over or
  /// the statement is canceled. Reports `work` as progress.
  static bool is_over(void* limit, std::size_t work = 0);

 private:
  TimestampTz end_;
};

/// A piece of optional work, which run(context, limit) does. If run() raises an error or returns a
/// Status that is not ok, its locks and pins are released, but its changes of pages stay: it must
/// leave the index valid at every point where it can end.
struct OptionalWork {
  double seconds;  // how long it is expected to take
  Status (*run)(void* context, WorkLimit* limit);
  void* context;
};

/// Does the work. Returns false if it could not be done, and reports the reason at `level`.
bool try_work(Relation index, const OptionalWork& work, int level);

/// Does the same with a callable object, (WorkLimit*) -> Status.
template <class Run>
bool try_work(Relation index, double seconds, int level, Run run) {
  const auto call = [](void* context, WorkLimit* limit) {
    return (*static_cast<Run*>(context))(limit);
  };
  return try_work(index, {seconds, call, &run}, level);
}

/// Reports at `level` why the work is not done.
void report_work_left(Relation index, int level, int sqlstate, const char* reason);

/// put_off_work() keeps inserts of this backend from trying work of a kind on the index for some
/// minutes. work_is_done() ends that. The caller puts the work off before an attempt, and calls
/// work_is_done() only if the attempt succeeds, so that the work stays put off however the attempt
/// fails. A graph has a kind for each of its parts, main and delta; lists have one kind.
void put_off_work(CachedFile* file, int kind);
bool is_work_put_off(const CachedFile& file, int kind);
void work_is_done(CachedFile* file, int kind);

}  // namespace vecext::pg
