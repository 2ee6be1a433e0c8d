// Which of the compiled functions this machine runs.
#include "core/graph/near.h"

#include <algorithm>
#include <cstring>
#include <limits>

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

void clear_near(std::int32_t rows, NearLists<kLeafNeighbours>* lists) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::fill_n(lists->limit, kLeafRoom, -kInfinity);
  std::fill_n(lists->limit, rows, kInfinity);
  std::fill_n(lists->distance[0], rows * kLeafNeighbours, kInfinity);
  std::fill_n(lists->column[0], rows * kLeafNeighbours, -1);
}

}  // namespace vecext::graph
