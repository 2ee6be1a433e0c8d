// Work on an index that the statement at hand can do without: lists and graphs that are made again
// where inserts, or rows that VACUUM has removed, have made it worth while.
//
// It never fails the statement. What goes wrong ends it, is reported to the log, and is not tried
// again soon; pages that it has changed stay changed, and are sound. VACUUM and vecext.merge() are
// there to do it. Only what cancels the statement itself is raised, as the server words it.
#pragma once

#include "core/base/status.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

/// Until when optional work may go on: half of the time that is left to the statement.
class WorkLimit {
 public:
  WorkLimit();

  /// Is there time for work that is thought to take so long?
  bool has_time(double seconds) const;

  /// Is the work to stop, because of that or because the statement is cancelled? A stop predicate
  /// of the core, whose context is the limit.
  static bool is_over(void* limit, std::size_t work = 0);

 private:
  TimestampTz end_;
};

/// A piece of such work: run(context, limit) does it. What it returns other than ok, and what it
/// raises, undoes the locks and pins it has taken, not its changes of pages: it must leave the
/// index sound wherever it ends.
struct OptionalWork {
  double seconds;  // that it is thought to take
  Status (*run)(void* context, WorkLimit* limit);
  void* context;
};

/// Does the work; false where that is not possible, which is reported at `level`.
bool try_work(Relation index, const OptionalWork& work, int level);

/// The same of a callable (WorkLimit*) -> Status.
template <class Run>
bool try_work(Relation index, double seconds, int level, Run run) {
  const auto call = [](void* context, WorkLimit* limit) {
    return (*static_cast<Run*>(context))(limit);
  };
  return try_work(index, {seconds, call, &run}, level);
}

/// Says at `level` why the work is not done.
void tell_of_work_left(Relation index, int level, int sqlstate, const char* reason);

/// Inserters of this backend leave work of this kind on the index for some minutes, unless it is
/// said to have been done, however the attempt at it ends. Kinds are: parts of a graph; of lists
/// there is one.
void put_off_work(CachedFile* file, int kind);
bool is_work_put_off(const CachedFile& file, int kind);
void work_is_done(CachedFile* file, int kind);

}  // namespace vecext::pg
