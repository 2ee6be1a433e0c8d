// Critical sections, in which an error is a PANIC: the server's macros for them increment a
// volatile variable, which C++20 deprecates.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

inline void begin_critical_section() {
  CritSectionCount = CritSectionCount + 1;
}

inline void end_critical_section() {
  Assert(CritSectionCount > 0);
  CritSectionCount = CritSectionCount - 1;
}

}  // namespace vecext::pg
