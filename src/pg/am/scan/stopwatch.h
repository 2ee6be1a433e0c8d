// Measures how long something takes, for the counters of an index.
#pragma once

#include "pg/shared/index_counters.h"
#include "pg/sys/pg.h"

extern "C" {
#include "portability/instr_time.h"
}

namespace vecext::pg {

/// It reads the clock when it is made and when it is asked, but only if the time will be counted.
class Stopwatch {
 public:
  /// Does not run if `is_counted` is false, or while vecext.track_scans is off.
  explicit Stopwatch(bool is_counted = true) : runs_(is_counted && track_scans) {
    if (runs_) {
      INSTR_TIME_SET_CURRENT(start_);
    }
  }

  /// Returns how many nanoseconds have passed since it was made, or 0 if it does not run.
  int64 nanoseconds() const {
    if (!runs_) {
      return 0;
    }
    instr_time end;
    INSTR_TIME_SET_CURRENT(end);
    INSTR_TIME_SUBTRACT(end, start_);
    return static_cast<int64>(INSTR_TIME_GET_DOUBLE(end) * 1e9);
  }

 private:
  bool runs_;
  instr_time start_;
};

}  // namespace vecext::pg
