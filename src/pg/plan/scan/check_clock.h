// Measures how long the check of a row takes: a function of a policy or a subquery may take a
// thousand times as long as a comparison, and its estimated cost may not show it.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "portability/instr_time.h"
}

namespace vecext::pg {

/// It is trivially destructible. A clock that is all zeros has measured nothing.
class CheckClock {
 public:
  /// Calls check(), which returns a bool, and measures the call. The first calls are not measured,
  /// because they prepare what later calls use, and so that a scan of few rows does not pay for the
  /// clock. Cheap calls are not measured either, once they are known to be cheap.
  template <class Check>
  bool run(const Check& check) {
    ++calls_;
    if (calls_ <= kFirst || (is_known() && microseconds() < kCheap)) {
      return check();
    }
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    const bool result = check();
    instr_time end;
    INSTR_TIME_SET_CURRENT(end);
    INSTR_TIME_SUBTRACT(end, start);
    seconds_ += INSTR_TIME_GET_DOUBLE(end);
    ++measured_;
    return result;
  }

  /// True if enough calls were measured.
  bool is_known() const { return measured_ >= kEnough; }

  /// Returns the mean time of a call in microseconds, less the time of reading the clock. It may be
  /// called only if is_known().
  double microseconds() const {
    return Max(seconds_ * 1e6 / static_cast<double>(measured_) - kClock, 0);
  }

 private:
  static constexpr int64 kFirst = 20;
  static constexpr int64 kEnough = 30;
  static constexpr double kClock = 0.03;  // microseconds
  static constexpr double kCheap = 0.5;

  int64 calls_;
  int64 measured_;
  double seconds_;
};

}  // namespace vecext::pg
