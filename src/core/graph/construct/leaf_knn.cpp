// Chooses the functions that this machine runs among those compiled for several instruction sets.
#include "core/graph/construct/leaf_knn.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/kernel/kernel.h"

namespace vecext::graph {

const KnnFunctions& knn_functions() {
#if defined(__x86_64__)
  const char* name = kernel::active().name;
  if (std::strcmp(name, "avx512") == 0) {
    return knn_avx512;
  }
  if (std::strcmp(name, "avx2") == 0) {
    return knn_avx2;
  }
#endif
  return knn_portable;
}

void clear_knn(std::int32_t rows, KnnLists<kLeafNeighbors>* lists) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::fill_n(lists->limit, kLeafRoom, -kInfinity);
  std::fill_n(lists->limit, rows, kInfinity);
  std::fill_n(lists->distance[0], rows * kLeafNeighbors, kInfinity);
  std::fill_n(lists->column[0], rows * kLeafNeighbors, -1);
}

}  // namespace vecext::graph
