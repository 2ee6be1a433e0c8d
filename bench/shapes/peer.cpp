// Searches in the graph. CMakeLists.txt compiles this file for the machine's instruction set, as
// hnswlib's code comes with its headers.
#include "shapes/peer.h"

#ifdef BENCH_HNSWLIB
#include "common/hnswlib_graph.h"
#include "common/task.h"
#endif

namespace bench {

std::vector<Cell> ask_peer([[maybe_unused]] Setup setup, [[maybe_unused]] const Dataset& data,
                           [[maybe_unused]] const std::vector<FamilyRange>& families) {
  std::vector<Cell> cells;
#ifdef BENCH_HNSWLIB
  const Matrix<float> rows = prepared(data.metric, data.base);
  HnswlibGraph graph(data.metric, rows, 16, 100);
  for (const std::size_t ef : {40, 100}) {
    graph.set_ef(ef);
    setup.method = "hnswlib ef " + std::to_string(ef);
    for (const FamilyRange& family : families) {
      cells.push_back(ask(setup, data, family, [&](std::span<const float> query) {
        const Matrix<float> one = prepared(
            data.metric, {1, query.size(), std::vector<float>(query.begin(), query.end())});
        return graph.search(one.row(0), kNeighbors);
      }));
    }
  }
#endif
  return cells;
}

}  // namespace bench
