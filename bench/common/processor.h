// The processor time of a process, which other work on the machine leaves nearly alone.
#pragma once

#include <fstream>
#include <string>

namespace bench {

/// Milliseconds that the first thread of `pid` has run; 0 where that is not known.
inline double processor_milliseconds(int pid) {
  std::ifstream times("/proc/" + std::to_string(pid) + "/schedstat");
  double nanoseconds = 0;
  times >> nanoseconds;
  return nanoseconds / 1e6;
}

}  // namespace bench
