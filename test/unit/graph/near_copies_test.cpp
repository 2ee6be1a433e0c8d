// Rows in groups of near copies: a search for more rows than a group has goes on to other groups.
#include <algorithm>
#include <random>

#include "core/graph/calibrate/calibrate.h"
#include "graph_index.h"

namespace vecext::test {
namespace {

constexpr int kDims = 32;
constexpr int kGroups = 1500;
constexpr int kCopies = 20;
constexpr int kRows = kGroups * kCopies;

std::vector<float> near_copies() {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> centers(static_cast<std::size_t>(kGroups * kDims));
  std::generate(centers.begin(), centers.end(), [&] { return normal(random); });
  std::vector<float> rows;
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kDims; ++j) {
      const auto at = static_cast<std::size_t>(i % kGroups * kDims + j);
      rows.push_back(centers[at] + 0.001F * normal(random));
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
    const float* query = index->x.data() + q * 701 * kDims;
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

TEST_CASE("searches find more rows than a group of near copies has") {
  GraphIndex index(Metric::kL2, kDims, near_copies());
  const CalibrationWork work{1, 5, index.arena, &index.work};
  REQUIRE(calibrate(index.store, index.model, work, &index.model.meta.calibration).ok());
  CHECK(has_groups(index.model.meta.calibration));
  for (const int k : {100, 300}) {
    CAPTURE(k);
    CHECK(recall_of(&index, k) >= 0.95);
  }
}

}  // namespace
}  // namespace vecext::test
