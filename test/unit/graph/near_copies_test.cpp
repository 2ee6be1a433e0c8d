// Rows in groups of near copies: a search for more rows than a group has goes on to other groups.
#include <algorithm>
#include <random>

#include "core/graph/calibrate/calibrate.h"
#include "graph_index.h"

namespace vecext::test::near_copies_test {
namespace {

constexpr int kDims = 32;
constexpr int kRows = 24000;

std::vector<float> near_copies(int copies, float noise) {
  const int groups = kRows / copies;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> centers(static_cast<std::size_t>(groups * kDims));
  std::generate(centers.begin(), centers.end(), [&] { return normal(random); });
  std::vector<float> rows;
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kDims; ++j) {
      const auto at = static_cast<std::size_t>(i % groups * kDims + j);
      rows.push_back(centers[at] + noise * normal(random));
    }
  }
  return rows;
}

/// The mean share of the nearest `k` rows that searches for a recall of .95 find.
double recall_of(GraphIndex* index, int k) {
  constexpr int kQueries = 40;
  constexpr float kEqual = 1e-4F;
  const float slack = slack_for(index->model.meta.calibration, 0.95, kRows, k);
  int hits = 0;
  for (int q = 0; q < kQueries; ++q) {
    const float* query = index->x.data() + q * 599 * kDims;
    std::vector<double> all;
    for (int i = 0; i < kRows; ++i) {
      all.push_back(index->distance(query, i));
    }
    std::nth_element(all.begin(), all.begin() + k - 1, all.end());
    const double last = all[static_cast<std::size_t>(k - 1)] * (1 + kEqual);
    GraphQuery prepared;
    REQUIRE(prepare_search(index->model, query, index->arena, &prepared));
    const GraphLimits limits{.wanted = k,
                             .ef = k,
                             .filter = {},
                             .slack = {slack, slack},
                             .fewest_visits = kFewestVisits};
    Candidates found(index->arena);
    GraphCounts counts{};
    REQUIRE(
        search_graph(index->store, index->model, prepared, limits, &index->work, &found, &counts)
            .ok());
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    hits += static_cast<int>(std::count_if(rows, rows + std::min<std::int64_t>(count, k),
                                           [&](const Candidate& candidate) {
                                             const int row = GraphIndex::number(candidate.row);
                                             return index->distance(query, row) <= last;
                                           }));
  }
  return hits / static_cast<double>(kQueries * k);
}

void try_graph(GraphIndex* index) {
  const CalibrationWork work{1, 5, index->arena, &index->work};
  REQUIRE(calibrate(index->store, index->model, work, &index->model.meta.calibration).ok());
}

TEST_CASE("searches find more rows than a group of near copies has") {
  GraphIndex small(Metric::kL2, kDims, near_copies(20, 0.001F));
  try_graph(&small);
  CHECK(has_groups(small.model.meta.calibration));
  CHECK(recall_of(&small, 100) >= 0.95);
  CHECK(recall_of(&small, 300) >= 0.95);
  // Trials for ten rows find them in one group.
  GraphIndex large(Metric::kL2, kDims, near_copies(50, 0.02F));
  try_graph(&large);
  CHECK(!has_groups(large.model.meta.calibration));
  CHECK(large.model.lists[kMain].are_wide);
  CHECK(recall_of(&large, 100) >= 0.95);
  CHECK(recall_of(&large, 300) >= 0.9);
}

}  // namespace
}  // namespace vecext::test::near_copies_test
