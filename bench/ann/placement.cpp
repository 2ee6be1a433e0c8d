#include "ann/placement.h"

#include <sched.h>

namespace bench {

bool bind_to_one_core(int process) {
  cpu_set_t allowed, one;
  if (process == 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    return false;
  }
  int core = 0;
  while (!CPU_ISSET(core, &allowed)) {
    ++core;
  }
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  return sched_setaffinity(process, sizeof one, &one) == 0 &&
         sched_setaffinity(0, sizeof one, &one) == 0;
}

}  // namespace bench
