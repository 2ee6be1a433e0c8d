// What the constants of the planner's estimates are on this machine, beside those in the code
// (src/pg/am/cost/cost_constants.h): searches of a graph and of lists in plain memory, kernels,
// and sorting. Pages in the server cost a pin and a lock more each. Constants that only a server
// shows are printed with the statement that measures them.
//
//   cost_constants [--rows 50000] [--dims 100]
#define DOCTEST_CONFIG_IMPLEMENT

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <random>

#include "core/filter/row_bits.h"
#include "core/graph/format/node_rows.h"
#include "core/kernel/kernel.h"
#include "graph/graph_index.h"
#include "ivf/test_index.h"
#include "pg/am/cost/cost_constants.h"

namespace vecext::test {
namespace {

using pg::kCosts;

constexpr double kOperator = 0.0025;  // cpu_operator_cost, about a microsecond a unit
constexpr int kQueries = 200;
constexpr int kEf = 200;

/// Microseconds of this thread's time that run() takes, the least of some rounds.
template <class Run>
double time_of(const Run& run) {
  const auto now = [] {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
  };
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < 5; ++round) {
    const double before = now();
    run();
    least = std::min(least, now() - before);
  }
  return least;
}

void show(const char* what, const char* unit, double measured, double in_code) {
  std::printf("%-58s %10.4f %10.4f  %s\n", what, measured, in_code, unit);
}

/// Queries between two rows each.
std::vector<float> queries_of(const float* x, int rows, int dims) {
  std::vector<float> queries;
  for (int q = 0; q < kQueries; ++q) {
    for (int j = 0; j < dims; ++j) {
      queries.push_back((x[q * 97 % rows * dims + j] + x[q * 89 % rows * dims + j]) / 2);
    }
  }
  return queries;
}

/// A set of every n-th row.
struct EveryRow {
  TestArena arena;
  RowBits bits{arena};

  EveryRow(int rows, int n) {
    for (int i = 0; i < rows; i += n) {
      const RowId row = GraphIndex::row(i);
      std::uint16_t line = row.line;
      REQUIRE(bits.add(row.page, &line, 1));
    }
  }
};

void measure_graph(int rows, int dims) {
  GraphIndex index(Metric::kL2, dims, graph_rows(rows, dims));
  const std::vector<float> queries = queries_of(index.x.data(), rows, dims);
  const auto search_all = [&](int ef, const RowFilter& filter) {
    GraphCounts counts{};
    for (int q = 0; q < kQueries; ++q) {
      index.find(queries.data() + static_cast<std::ptrdiff_t>(q) * dims, ef, filter, &counts);
    }
    return static_cast<double>(counts.nodes);
  };
  double nodes = 0;
  double time = time_of([&] { nodes = search_all(kEf, {}); });
  show("graph.node: a node of 32 links visited", "us", time / nodes, kCosts.graph.node);

  REQUIRE(load_node_rows(index.store, index.arena, &index.model).ok());
  const EveryRow tenth(rows, 10);
  RowFilter walked = tenth.bits.filter();
  walked.each = nullptr;
  time = time_of([&] { nodes = search_all(40, walked); });
  show("graph.node_in_set: a node visited for a tenth of the rows", "us", time / nodes,
       kCosts.graph.node_in_set);

  // Few enough for the codes of all rows of the set to be scanned.
  const EveryRow few(rows, 100);
  const double in_set = (rows + 99) / 100;
  time = time_of([&] { search_all(10, few.bits.filter()); }) / kQueries;
  const pg::CostConstants::Graph& graph = kCosts.graph;
  const double thought = graph.code_scan + in_set * graph.scanned_row +
                         in_set / 2 * graph.scanned_block +
                         std::min(in_set, graph.rows_in_question * std::sqrt(std::sqrt(in_set))) *
                             graph.row_in_question;
  show("graph.code_scan...: a search of a hundredth of the rows", "us", time, thought);
}

void measure_lists(int rows, int dims) {
  Options options;
  options.dims = dims;
  options.lists = std::max(rows / 300, 1);
  TestIndex index(options, rows);
  const std::vector<float> queries = queries_of(index.x.data(), rows, dims);
  const ivf::Model model = index.load();
  const int probes = std::min(options.lists, 40);
  std::vector<ivf::SearchQuery> prepared(kQueries);
  for (int q = 0; q < kQueries; ++q) {
    REQUIRE(prepare_search(model, queries.data() + static_cast<std::ptrdiff_t>(q) * dims,
                           index.arena, &prepared[static_cast<std::size_t>(q)]));
  }
  const auto search_all = [&](std::int32_t read) {
    for (const ivf::SearchQuery& query : prepared) {
      ivf::ProbeOrder order;
      REQUIRE(order.prepare(model, query.rotated, index.arena));
      Candidates found(index.arena);
      ivf::SearchCounts counts{};
      REQUIRE(search(index.store, model, query, {10, 0, read, 0, {}},
                     vector_distance(model.element(), model.metric()), index.arena, &order, &found,
                     &counts)
                  .ok());
    }
  };
  const double one = time_of([&] { search_all(1); });
  const double many = time_of([&] { search_all(probes); });
  show("lists.list: a list of 300 rows read", "us", (many - one) / kQueries / (probes - 1),
       kCosts.lists.list);
}

/// Distances and codes, in units of cpu_operator_cost.
void measure_kernels(int dims) {
  const pg::CostConstants::Planner& planner = kCosts.planner;
  constexpr int kVectors = 1000;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<std::size_t>(kVectors) * static_cast<std::size_t>(dims));
  for (float& value : x) {
    value = normal(random);
  }
  volatile double sum = 0;
  const auto n = static_cast<std::size_t>(dims);
  double time = time_of([&] {
    for (std::size_t i = 0; i < kVectors; ++i) {
      sum = sum + kernel::active().f32.l2_squared(x.data(), x.data() + i * n, n);
    }
  });
  show("planner.distance...: the kernel alone", "operators", time / kVectors / kOperator,
       planner.distance + 4.0 * dims / planner.bytes_of_operator);

  const std::size_t groups = n;  // four bits a dimension
  std::vector<std::uint8_t> codes(16 * groups, 0x5A);
  std::vector<std::uint8_t> table(16 * groups, 3);
  alignas(64) std::uint32_t sums[32];
  time = time_of([&] {
    for (int i = 0; i < kVectors; ++i) {
      codes[0] = static_cast<std::uint8_t>(i);
      kernel::active().scan.sum_codes(codes.data(), table.data(), groups, sums);
      sum = sum + sums[0];
    }
  });
  show("planner.code: one of a block of 32", "operators", time / kVectors / 32 / kOperator,
       planner.code);
}

void measure_sort(int rows) {
  struct Row {
    double distance;
    RowId row;
  };
  std::mt19937 random(1);
  std::vector<Row> all(static_cast<std::size_t>(rows));
  for (Row& row : all) {
    row = {static_cast<double>(random()), GraphIndex::row(1)};
  }
  const double time = time_of([&] {
    std::vector<Row> sorted = all;
    std::make_heap(sorted.begin(), sorted.end(),
                   [](const Row& a, const Row& b) { return a.distance > b.distance; });
    for (int i = 0; i < rows / 2; ++i) {
      std::pop_heap(sorted.begin(), sorted.end() - i,
                    [](const Row& a, const Row& b) { return a.distance > b.distance; });
    }
  });
  show("table.sorted_row: half of the rows taken in their order", "us", time / rows,
       kCosts.table.sorted_row);
}

void show_others() {
  std::printf(
      "\nIn a server, warm, with max_parallel_workers_per_gather = 0 and jit = off, EXPLAIN "
      "(ANALYZE, "
      "TIMING OFF) of\n"
      "  table.row, page       SELECT count(*) FROM t WHERE k < 0              (%.3f us a row, "
      "%.2f a "
      "page)\n"
      "  table.match           SELECT count(*) FROM t WHERE v <-> $1 < 0      (%.2f more)\n"
      "  set.of_bitmap         a bitmap heap scan of t by an index on k        (%.3f a row, %.2f a "
      "page)\n"
      "  *.rechecked_row       filter_strategy = postfilter, by LIMIT 10, 100, 1000 (%.2f, %.2f)\n"
      "  table.compared_row    filter_strategy = exact, by the rows of the set (%.2f a row, %.2f a "
      "page)\n",
      kCosts.table.row, kCosts.table.page, kCosts.table.match, kCosts.set.of_bitmap.row,
      kCosts.set.of_bitmap.page, kCosts.graph.rechecked_row, kCosts.lists.rechecked_row,
      kCosts.table.compared_row, kCosts.table.compared_page);
}

int number_after(const char* name, int argc, char** argv, int otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) {
      return std::atoi(argv[i + 1]);
    }
  }
  return otherwise;
}

}  // namespace
}  // namespace vecext::test

int main(int argc, char** argv) {
  using namespace vecext::test;
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  const int rows = number_after("--rows", argc, argv, 50000);
  const int dims = number_after("--dims", argc, argv, 100);
  vecext::kernel::select_best();
  std::printf("%-58s %10s %10s\n", "constant", "measured", "in code");
  measure_graph(rows, dims);
  measure_lists(rows, dims);
  measure_kernels(dims);
  measure_sort(rows);
  show_others();
  return 0;
}
