// Whole constructions: what always holds, on rows of all kinds; quality; how they end early.
#include "core/graph/construct/construct.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <set>
#include <vector>

#include "cluster/counted_arena.h"
#include "cluster/mixture.h"
#include "graph/checked_graph.h"
#include "kernel/all_kernels.h"

namespace vecext::construct_test {
namespace {

using test::CheckedGraph;
using test::construct_options;

std::vector<float> normal(std::size_t count, unsigned seed = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> noise;
  std::vector<float> values(count);
  for (float& value : values) {
    value = noise(generator);
  }
  return values;
}

double distance_squared(const float* a, const float* b, std::size_t dims) {
  double sum = 0;
  for (std::size_t d = 0; d < dims; ++d) {
    const double difference = static_cast<double>(a[d]) - static_cast<double>(b[d]);
    sum += difference * difference;
  }
  return sum;
}

using Near = std::pair<double, std::uint32_t>;

/// The k nearest rows of a query by a best-first search with a queue of ef distances.
std::set<std::uint32_t> search(const CheckedGraph& g, const float* query, std::size_t k,
                               std::size_t ef) {
  std::vector<bool> seen(g.graph.nodes);
  std::priority_queue<Near> found;
  std::priority_queue<Near, std::vector<Near>, std::greater<>> open;
  const auto look = [&](std::uint32_t node) {
    if (node == kNoNode || seen[node]) {
      return;
    }
    seen[node] = true;
    const double distance = distance_squared(query, g.vector(node), g.dims);
    open.emplace(distance, node);
    found.emplace(distance, node);
    if (found.size() > ef) {
      found.pop();
    }
  };
  std::for_each(g.graph.entries, g.graph.entries + g.graph.entry_count, look);
  while (!open.empty() && (found.size() < ef || open.top().first <= found.top().first)) {
    const std::uint32_t node = open.top().second;
    open.pop();
    std::for_each(g.list(node), g.list(node) + g.graph.degree, look);
  }
  while (found.size() > k) {
    found.pop();
  }
  std::set<std::uint32_t> rows;
  for (; !found.empty(); found.pop()) {
    rows.insert(g.graph.row[found.top().second]);
  }
  return rows;
}

/// Share of the 10 nearest rows of each of `queries` that a search finds.
double recall(const CheckedGraph& g, const std::vector<float>& queries, std::size_t ef) {
  const std::size_t n = g.first.size();
  std::size_t hits = 0;
  for (std::size_t q = 0; q < queries.size(); q += g.dims) {
    const float* query = queries.data() + q;
    std::vector<Near> all;
    for (std::uint32_t i = 0; i < n; ++i) {
      all.emplace_back(distance_squared(query, g.x.data() + i * g.dims, g.dims), i);
    }
    std::partial_sort(all.begin(), all.begin() + 10, all.end());
    const std::set<std::uint32_t> rows = search(g, query, 10, ef);
    for (std::size_t i = 0; i < 10; ++i) {
      hits += rows.count(all[i].second);
    }
  }
  return static_cast<double>(hits * g.dims) / static_cast<double>(10 * queries.size());
}

TEST_CASE("graph: no rows") {
  test::CountedArena memory;
  Graph graph;
  CHECK(
      construct(nullptr, 0, 3, construct_options(8), memory.arena(), memory.arena(), &graph).ok());
  CHECK(graph.nodes == 0);
  CHECK(graph.entry_count == 0);
  CHECK(construct_memory(0, 3, 8) == 0);
}

TEST_CASE("graph: few rows") {
  for (std::size_t n : {1, 2, 3, 8, 9, 10, 33, 200}) {
    for (std::int32_t degree : {1, 8, 32, kMaxDegree}) {
      CAPTURE(n);
      CAPTURE(degree);
      const CheckedGraph g(normal(n * 5), 5, construct_options(degree));
    }
  }
}

TEST_CASE("graph: of up to R + 1 rows all are neighbors") {
  const CheckedGraph g(normal(9 * 5), 5, construct_options(8));
  for (std::uint32_t i = 0; i < 9; ++i) {
    std::vector<std::uint32_t> links(g.list(i), g.list(i) + 8);
    std::sort(links.begin(), links.end());
    for (std::uint32_t j = 0; j < 8; ++j) {
      CHECK(links[j] == (j < i ? j : j + 1));
    }
  }
}

TEST_CASE("graph: rows on a line link to those beside them") {
  std::vector<float> line(100);
  for (std::size_t i = 0; i < 100; ++i) {
    line[i] = static_cast<float>(i * i);
  }
  const CheckedGraph g(line, 1, construct_options(4));
  for (std::uint32_t i = 1; i < 99; ++i) {
    const std::set<std::uint32_t> links(g.list(i), g.list(i) + 4);
    CHECK(links.count(i - 1) == 1);
    CHECK(links.count(i + 1) == 1);
  }
}

TEST_CASE("graph: rows at the edges of leaves and blocks") {
  for (std::size_t n : {1499, 1500, 1501, 1502, 3100}) {
    CAPTURE(n);
    const CheckedGraph g(normal(n * 8), 8, construct_options(16));
  }
}

TEST_CASE("graph: all rows equal") {
  for (std::size_t n : {2, 40, 2000}) {
    const CheckedGraph g(std::vector<float>(n * 3, 1.5F), 3, construct_options(8));
    CHECK(std::count(g.first.begin(), g.first.end(), true) == 1);
  }
}

TEST_CASE("graph: half of the rows equal to others, zeros of either sign") {
  std::vector<float> rows = normal(2000 * 4);
  for (std::size_t i = 0; i < rows.size(); i += 7) {
    rows[i] = 0;
  }
  std::vector<float> twice = rows;
  for (float& value : twice) {
    value = value == 0 ? -0.0F : value;
  }
  rows.insert(rows.end(), twice.begin(), twice.end());
  const CheckedGraph g(rows, 4, construct_options(16));
  CHECK(std::count(g.first.begin(), g.first.end(), true) == 2000);
}

TEST_CASE("graph: one dimension, few values, large ones") {
  const CheckedGraph line(normal(5000), 1, construct_options(16));
  std::vector<float> grid(4000 * 3);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    grid[i] = static_cast<float>(i * i % 17);
  }
  const CheckedGraph values(grid, 3, construct_options(16));
  std::vector<float> large = normal(3000 * 4);
  for (float& value : large) {
    value *= 1e20F;  // squares beyond float
  }
  const CheckedGraph infinite(large, 4, construct_options(16));
}

TEST_CASE("graph: rows that are not numbers do no harm") {
  const std::vector<float> good = normal(2000 * 4);
  std::vector<float> rows = good;
  for (std::size_t i = 0; i < rows.size(); i += 37) {
    rows[i] = std::nanf("");
  }
  test::CountedArena memory;
  Graph graph;
  CHECK(
      construct(rows.data(), 2000, 4, construct_options(8), memory.arena(), memory.arena(), &graph)
          .ok());
  CHECK(graph.nodes == 2000);
}

TEST_CASE("graph: more far clusters than entries, of fewer rows than a leaf has neighbors") {
  const test::Mixture mixture = test::make_mixture(6000, 6, 600, 1e6F);
  const CheckedGraph g(mixture.rows, 6, construct_options(8));
}

TEST_CASE("graph: a far cluster has most rows") {
  std::vector<float> rows = normal(6000 * 4);
  for (std::size_t i = 0; i < 400; ++i) {
    rows[i] += 1e5F * static_cast<float>(i);
  }
  const CheckedGraph g(rows, 4, construct_options(8));
}

TEST_CASE("graph: searches find the nearest rows") {
  for (std::int32_t degree : {32, 64}) {
    const test::Mixture mixture = test::make_mixture(8000, 24, 40, 3);
    const CheckedGraph g(mixture.rows, 24, construct_options(degree));
    const std::vector<float> queries = test::make_mixture(100, 24, 40, 3, 0, 1).rows;
    CHECK(recall(g, queries, 40) >= .95);
    CHECK(recall(g, queries, 120) >= .99);
  }
}

TEST_CASE("graph: any instruction set, long rows") {
  const test::Mixture mixture = test::make_mixture(2000, 300, 20, 3);
  test::for_all_kernels([&] {
    const CheckedGraph g(mixture.rows, 300, construct_options(16));
    const std::vector<float> queries(mixture.rows.begin(), mixture.rows.begin() + 300 * 30);
    CHECK(recall(g, queries, 60) >= .98);
  });
}

TEST_CASE("graph: a node's number is next to that of a neighbor") {
  const test::Mixture mixture = test::make_mixture(8000, 16, 40, 20);
  const CheckedGraph g(mixture.rows, 16, construct_options(16));
  std::size_t linked = 0;
  std::size_t apart = 0;
  for (std::uint32_t i = 1; i < 8000; ++i) {
    linked += std::count(g.list(i - 1), g.list(i - 1) + 16, i) > 0;
    apart += g.graph.row[i - 1] % 40 != g.graph.row[i] % 40;
  }
  CHECK(linked > 6400);
  CHECK(apart < 800);
}

TEST_CASE("graph: the same on any number of threads") {
  const test::Mixture mixture = test::make_mixture(9000, 16, 40, 3);
  const CheckedGraph one(mixture.rows, 16, construct_options(32));
  for (std::int32_t threads : {2, 5}) {
    const CheckedGraph more(mixture.rows, 16, construct_options(32, threads));
    CHECK(std::equal(one.graph.row, one.graph.row + 9000, more.graph.row));
    CHECK(std::equal(one.graph.neighbors, one.graph.neighbors + 9000 * 32, more.graph.neighbors));
    CHECK(std::equal(one.graph.entries, one.graph.entries + one.graph.entry_count,
                     more.graph.entries));
  }
}

TEST_CASE("graph: refused memory, at any request") {
  const std::vector<float> rows = normal(1600 * 2);
  const std::size_t refused = test::refuse_each_request([&](Arena arena) {
    Graph graph;
    return construct(rows.data(), 1600, 2, construct_options(8), arena, arena, &graph);
  });
  CHECK(refused >= 6);
}

TEST_CASE("graph: stopped at any poll") {
  const std::vector<float> rows = normal(1000 * 2);
  struct Countdown {
    std::size_t left;
  };
  std::size_t polls = 0;
  for (;; ++polls) {
    Countdown countdown{polls};
    ConstructOptions options = construct_options(8);
    options.parallel.stop = [](void* context, std::size_t) {
      return static_cast<Countdown*>(context)->left-- == 0;
    };
    options.parallel.stop_context = &countdown;
    test::CountedArena memory;
    Graph graph;
    const Status status =
        construct(rows.data(), 1000, 2, options, memory.arena(), memory.arena(), &graph);
    if (status.ok()) {
      break;
    }
    CHECK(status.code == StatusCode::kCancelled);
  }
  CHECK(polls >= 10);
}

}  // namespace
}  // namespace vecext::construct_test
