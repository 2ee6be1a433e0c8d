// Searches in the graph. CMakeLists.txt compiles this file for the machine's instruction set, as
// hnswlib's code comes with its headers.
#include "ann/graph_peer.h"

#ifdef BENCH_HNSWLIB
#include <optional>
#include <time.h>

#include "common/hnswlib_graph.h"
#include "common/items.h"
#include "common/task.h"
#endif

namespace bench {
#ifdef BENCH_HNSWLIB
namespace {

constexpr std::size_t kEf[] = {10, 20, 40, 80, 120, 200, 400, 800};

/// Milliseconds that this thread has run.
double thread_milliseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// `queries` are those of `data` as the graph takes them.
Point ask(HnswlibGraph& graph, std::size_t ef, const Matrix<float>& queries, const Dataset& data) {
  Point point;
  point.setting.label = "ef " + std::to_string(ef);
  graph.set_ef(ef);
  std::vector<std::vector<std::int32_t>> found(queries.rows);
  std::vector<double> times;
  const double before = thread_milliseconds();
  for (std::size_t query = 0; query < queries.rows; ++query) {
    times.push_back(
        milliseconds([&] { found[query] = graph.search(queries.row(query), kNeighbors); }));
  }
  point.processor_ms = (thread_milliseconds() - before) / static_cast<double>(queries.rows);
  point.rounds.push_back(std::move(times));
  point.recall = mean_recall(data, found, kNeighbors);
  return point;
}

}  // namespace
#endif

std::vector<Sweep> sweep_hnswlib([[maybe_unused]] const std::vector<Family>& families,
                                 [[maybe_unused]] Dataset* data) {
  std::vector<Sweep> sweeps;
#ifdef BENCH_HNSWLIB
  const Matrix<float> rows = prepared(data->metric, data->base);
  std::optional<HnswlibGraph> graph;
  const double seconds = milliseconds([&] { graph.emplace(data->metric, rows, 16, 200); }) / 1e3;
  for (const Family& family : families) {
    choose(family, data);
    const Matrix<float> queries = prepared(data->metric, data->queries);
    Sweep sweep{"hnswlib", family.name, seconds, 0, {}};
    for (const std::size_t ef : kEf) {
      sweep.points.push_back(ask(*graph, ef, queries, *data));
    }
    sweeps.push_back(std::move(sweep));
  }
#endif
  return sweeps;
}

}  // namespace bench
