// The true neighbors of the queries of trials, whatever numbers nodes have.
#include "core/graph/calibrate/trial_queries.h"

#include <algorithm>
#include <random>
#include <vector>

#include "doctest/doctest.h"
#include "graph/graph_index.h"

namespace vecext::test {
namespace {

/// Returns the true neighbors of all queries among the rows of three chunks, each row less the
/// number of the first. The rows are the same for each first number.
std::vector<NodeId> neighbors(const GraphModel& model, NodeId first) {
  TestArena arena;
  TrialQueries queries(model, 8, 1);
  REQUIRE(queries.reserve(arena));
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  const auto write = [&](float* x) {
    float squared = 0;
    for (std::int32_t j = 0; j < model.dims(); ++j) {
      x[j] = normal(random);
      squared += x[j] * x[j];
    }
    return squared;
  };
  for (int i = 0; i < 100; ++i) {
    write(queries.sample_vector());
    queries.add_sample();
  }
  REQUIRE(queries.make(5));
  NodeId next = first;
  for (int chunk = 0; chunk < 3; ++chunk) {
    for (std::int32_t i = 0; i < queries.chunk_room(); ++i) {
      const float squared = write(queries.chunk_vector(i));
      queries.note_row(i, next++, squared);
    }
    queries.compare_chunk(queries.chunk_room());
  }
  queries.finish();
  std::vector<NodeId> found;
  for (std::int32_t q = 0; q < queries.truth().count(); ++q) {
    for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
      found.push_back(queries.truth().of(q)[i] - first);
    }
  }
  return found;
}

TEST_CASE("the true neighbors of trials may have numbers beyond 2^31") {
  const GraphIndex index(Metric::kL2, 16, graph_rows(300, 16));
  const std::vector<NodeId> small = neighbors(index.model, 1);
  CHECK(neighbors(index.model, 0x7FFFFF00) == small);
  CHECK(neighbors(index.model, 0xF0000000) == small);
  CHECK(*std::max_element(small.begin(), small.end()) > 2000);
  CHECK(*std::min_element(small.begin(), small.end()) < 1000);
}

}  // namespace
}  // namespace vecext::test
