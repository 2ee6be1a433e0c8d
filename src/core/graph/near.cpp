// Which of the compiled functions this machine runs.
#include "core/graph/near.h"

#include <cstring>

#include "core/kernel/kernel.h"

namespace vecext::graph {

const NearFunctions& near_functions() {
#if defined(__x86_64__)
  const char* name = kernel::active().name;
  if (std::strcmp(name, "avx512") == 0) return near_avx512;
  if (std::strcmp(name, "avx2") == 0) return near_avx2;
#endif
  return near_portable;
}

}  // namespace vecext::graph
