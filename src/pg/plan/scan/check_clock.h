// What the check of a row takes, measured: a function of a policy or a subquery may take a thousand
// times as long as a comparison, and its estimated cost may say nothing of it.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "portability/instr_time.h"
}

namespace vecext::pg {

/// Trivially destructible. One that is all zero has measured nothing.
class CheckClock {
 public:
  /// Calls check(), a bool, and measures it. The first calls are not measured: they prepare what
  /// later ones use, and a scan with few rows pays for no clock. Nor are cheap ones, once they are
  /// known to be.
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

  /// The mean of a call in microseconds, less what looking at the clock takes. It is known.
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
