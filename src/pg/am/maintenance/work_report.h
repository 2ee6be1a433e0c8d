// Reports a reorganization of an index: in a line of the server log, with the time that each phase
// took, and as progress while it runs.
#pragma once

#include "pg/sys/pg.h"
#include "pg/sys/progress.h"

extern "C" {
#include "portability/instr_time.h"
#include "utils/rel.h"
}

namespace vecext::pg {

class WorkReport {
 public:
  /// Begins the work.
  explicit WorkReport(Relation index);

  /// Begins a phase, with the name that pg_stat_progress_create_index has for it. The same phase
  /// may come more than once.
  void begin(const char* name, int64 phase, double rows, Steps steps, double total);

  /// Ends the work on `rows` rows, and logs it: at DEBUG1, or in the server log if it has taken a
  /// second or more. If the work fails, the caller does not call end(): it reports the failure and
  /// calls drop().
  void end(double rows);

  /// Ends the report of progress of work that has failed, or that was not begun.
  static void drop();

 private:
  static constexpr int kMostPhases = 8;
  struct Phase {
    const char* name;
    double seconds;
  };

  void add_time();

  const char* index_;
  instr_time begun_;
  instr_time phase_begun_;
  int current_ = -1;
  int count_ = 0;
  Phase phases_[kMostPhases];
  static bool is_shown_;
};

}  // namespace vecext::pg
