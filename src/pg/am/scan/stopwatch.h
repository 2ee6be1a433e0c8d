// Measures how long something takes.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "portability/instr_time.h"
}

namespace vecext::pg {

class Stopwatch {
 public:
  Stopwatch() { INSTR_TIME_SET_CURRENT(start_); }

  /// Returns how many nanoseconds have passed since it was made.
  int64 nanoseconds() const {
    instr_time end;
    INSTR_TIME_SET_CURRENT(end);
    INSTR_TIME_SUBTRACT(end, start_);
    return static_cast<int64>(INSTR_TIME_GET_DOUBLE(end) * 1e9);
  }

 private:
  instr_time start_;
};

}  // namespace vecext::pg
