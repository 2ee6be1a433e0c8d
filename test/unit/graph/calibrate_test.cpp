// Searches for a recall: their limit, and the trials that say how far it has to reach.
#include "core/graph/calibrate/calibrate.h"

#include <cmath>
#include <cstring>

#include "graph_index.h"

namespace vecext::test::calibrate_test {
namespace {

constexpr int kDims = 24;

GraphCalibration tried(GraphIndex* index, std::int32_t threads = 1) {
  GraphCalibration calibration;
  const CalibrationWork work{threads, 5, index->arena, &index->work};
  REQUIRE(calibrate(index->store, index->model, work, &calibration).ok());
  return calibration;
}

/// Rows found by a search with that slack, the k nearest of them.
std::vector<int> find_with(GraphIndex* index, const float* query, std::int32_t k, float slack,
                           GraphCounts* counts) {
  GraphQuery prepared;
  REQUIRE(prepare_search(index->model, query, index->arena, &prepared));
  Candidates found(index->arena);
  const GraphLimits limits{
      .wanted = k, .ef = std::max(k, kLeastInView), .filter = {}, .slack = {slack, slack}};
  REQUIRE(search_graph(index->store, index->model, prepared, limits, &index->work, &found, counts)
              .ok());
  std::int64_t count;
  const Candidate* rows = found.sorted(&count);
  std::vector<int> numbers;
  for (std::int64_t i = 0; i < count; ++i) {
    numbers.push_back(GraphIndex::number(rows[i].row));
  }
  return numbers;
}

/// Checks that the limit of nodes falls, once there is one.
struct FallingLimit {
  float last = std::numeric_limits<float>::infinity();
  int seen = 0;

  void before(const GraphSearch& search, const QueuedNode&) {
    if (!search.has_limit()) {
      return;
    }
    CHECK(search.limit_of_nodes() <= last);
    CHECK(search.limit_of_nodes() >= search.found->limit());
    last = search.limit_of_nodes();
    ++seen;
  }
  void after(NodeId, RowId) {}
  bool is_done() const { return false; }
};

/// Rows in clusters, and queries between them: means of three held-out rows, or rows with noise.
struct Between {
  std::vector<float> rows;
  std::vector<std::vector<float>> families[3];

  explicit Between(int n) {
    const std::vector<float> all = graph_rows(n + 1000, kDims);
    rows.assign(all.begin(), all.begin() + n * kDims);
    std::mt19937 random(9);
    std::normal_distribution<float> normal;
    const auto held = [&] { return all.begin() + (n + static_cast<int>(random() % 1000)) * kDims; };
    for (int q = 0; q < 100; ++q) {
      const auto a = held();
      const auto b = held();
      const auto c = held();
      std::vector<float> one(a, a + kDims);
      std::vector<float> mean(kDims);
      std::vector<float> noisy(kDims);
      for (int j = 0; j < kDims; ++j) {
        const auto i = static_cast<std::size_t>(j);
        mean[i] = (a[j] + b[j] + c[j]) / 3;
        noisy[i] = a[j] + normal(random);
      }
      families[0].push_back(one);
      families[1].push_back(mean);
      families[2].push_back(noisy);
    }
  }
};

double recall_of(GraphIndex* index, const std::vector<std::vector<float>>& queries, float slack,
                 GraphCounts* counts) {
  int hits = 0;
  for (const auto& query : queries) {
    std::vector<std::pair<double, int>> all;
    for (int i = 0; i < index->rows(); ++i) {
      all.emplace_back(index->distance(query.data(), i), i);
    }
    std::partial_sort(all.begin(), all.begin() + 10, all.end());
    const auto found = find_with(index, query.data(), 10, slack, counts);
    for (int i = 0; i < 10; ++i) {
      hits += std::count(found.begin(), found.end(), all[static_cast<std::size_t>(i)].second) > 0;
    }
  }
  return hits / (10.0 * static_cast<double>(queries.size()));
}

TEST_CASE("with the slack of trials every family of queries reaches the recall") {
  const Between data(6000);
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index(metric, kDims, data.rows);
    index.model.meta.calibration = tried(&index);
    const GraphCalibration& calibration = index.model.meta.calibration;
    CHECK(calibration.nodes == 6000);
    CHECK((calibration.longest > 0) == (metric == Metric::kInnerProduct));
    GraphCounts few{};
    GraphCounts many{};
    for (const auto& family : data.families) {
      const std::uint32_t nodes = calibration.nodes;
      CHECK(recall_of(&index, family, slack_for(calibration, 0.95, nodes, 10), &few) >= 0.935);
      CHECK(recall_of(&index, family, slack_for(calibration, 0.99, nodes, 10), &many) >= 0.975);
    }
    CHECK(few.nodes < many.nodes);
    CHECK(few.nodes < 300 * 1000);
  }
}

/// 400 rows of unequal length, each with 14 like it, and means of two and of three of them all.
struct Alike {
  static constexpr int kRows = 6000;
  std::vector<float> rows;
  std::vector<std::vector<float>> means;

  Alike() {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    for (int i = 0; i < 400; ++i) {
      const float length = std::exp(0.3F * normal(random));
      for (int j = 0; j < kDims; ++j) {
        rows.push_back(length * normal(random));
      }
    }
    for (int i = 400; i < kRows; ++i) {
      const auto from = static_cast<std::ptrdiff_t>(random() % 400) * kDims;
      for (int j = 0; j < kDims; ++j) {
        rows.push_back(rows[static_cast<std::size_t>(from + j)]);
      }
      float* row = &rows[rows.size() - kDims];
      const float length = std::sqrt(kernel::active().f32.norm_squared(row, kDims) / kDims);
      for (int j = 0; j < kDims; ++j) {
        row[j] += 0.5F * length * normal(random);
      }
    }
    for (int q = 0; q < 200; ++q) {
      std::vector<float> mean(kDims);
      for (int i = 0; i < 2 + q % 2; ++i) {
        const std::size_t of = random() % kRows * kDims;
        for (std::size_t j = 0; j < mean.size(); ++j) {
          mean[j] += rows[of + j];
        }
      }
      means.push_back(mean);
    }
  }
};

TEST_CASE("rows of unequal length, each with many like it, take no more slack than they need") {
  const Alike data;
  GraphIndex index(Metric::kCosine, kDims, data.rows);
  const GraphCalibration calibration = tried(&index);
  GraphCounts counts{};
  const float slack = slack_for(calibration, 0.95, calibration.nodes, 10);
  const double recall = recall_of(&index, data.means, slack, &counts);
  CHECK(recall >= 0.93);
  CHECK(recall <= 0.98);
}

TEST_CASE("trials tell the same whatever the number of threads, and each time") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(3000, kDims));
  const GraphCalibration one = tried(&index);
  const GraphCalibration again = tried(&index);
  const GraphCalibration three = tried(&index, 3);
  CHECK(std::memcmp(&one, &again, sizeof one) == 0);
  CHECK(std::memcmp(&one, &three, sizeof one) == 0);
  float before = 0;
  for (const CalibratedRecall& at : one.at) {
    CHECK(at.slack >= before);
    CHECK(at.easy >= kLeastInView);
    before = at.slack;
  }
}

TEST_CASE("the limit of a search for a recall never rises") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(3000, kDims));
  for (const float slack : {0.1F, 1.0F, 3.0F}) {
    GraphQuery query;
    REQUIRE(prepare_search(index.model, index.vector(7), index.arena, &query));
    Candidates found(index.arena);
    GraphCounts counts{};
    const GraphLimits limits{.wanted = 10, .ef = 10, .filter = {}, .slack = {slack, slack}};
    GraphSearch search{.model = index.model,
                       .query = query,
                       .limits = limits,
                       .frontier = &index.work,
                       .found = &found,
                       .counts = &counts,
                       .within = {}};
    ScoredEntries entries;
    score_entries(index.model, kMain, query, &entries);
    FallingLimit limit;
    REQUIRE(search_all(index.store, kMain, &entries, &search, &limit).ok());
    CHECK(limit.seen > 0);
  }
}

TEST_CASE("a slack is found between those tried, and grows with the nodes and for few rows") {
  GraphCalibration calibration{};
  CHECK(slack_for(calibration, 0.95, 1000, 10) == 0);
  calibration.nodes = 1000;
  calibration.at[0] = {0.1F, 1, 40, 60};
  calibration.at[1] = {0.2F, 1, 40, 80};
  calibration.at[2] = {0.4F, 1, 60, 160};
  calibration.at[3] = {0.8F, 1, 80, 320};
  CHECK(slack_for(calibration, 0, 1000, 10) == 0);
  CHECK(slack_for(calibration, 0.95, 1000, 10) == doctest::Approx(0.2));
  CHECK(slack_for(calibration, 0.99, 1000, 1) == doctest::Approx(0.8));
  float before = 0;
  for (const double recall : {0.5, 0.9, 0.93, 0.96, 0.985, 0.995, 0.9999}) {
    CHECK(slack_for(calibration, recall, 1000, 10) > before);
    before = slack_for(calibration, recall, 1000, 10);
  }
  CHECK(slack_for(calibration, 0.95, 2000, 10) > 0.2F);
  CHECK(slack_for(calibration, 0.95, 1000, 100) < 0.2F);
  CHECK(expected_visits(calibration, 0.95, 1000, 10).hard == doctest::Approx(80));
  CHECK(expected_visits(calibration, 0.95, 1000, 10).easy == kFewestVisits);
  CHECK(expected_visits(calibration, 0.95, 1000, 10000).hard == 1000);

  const GraphCalibration of_one = for_few_rows(calibration, 1);
  CHECK(slack_for(of_one, 0.95, 1000, 10) == doctest::Approx(0.2 * std::pow(10, 0.2)));
  CHECK(expected_visits(of_one, 0.95, 1000, 10).hard > 80);
  CHECK(expected_recall(of_one, 0.95) == expected_recall(calibration, 0.95));
  CHECK(slack_for(for_few_rows(calibration, 10), 0.95, 1000, 10) == doctest::Approx(0.2));
  CHECK(slack_for(for_few_rows(calibration, 100), 0.95, 1000, 10) == doctest::Approx(0.2));
}

TEST_CASE("the recall expected is the one aimed at, or what trials reached if that is less") {
  GraphCalibration calibration{};
  CHECK(expected_recall(calibration, 0.95) == 0);
  calibration.nodes = 1000;
  calibration.at[0] = {0.1F, 0.91F, 40, 60};
  calibration.at[1] = {0.2F, 0.97F, 40, 80};
  calibration.at[2] = {0.4F, 0.98F, 60, 160};
  calibration.at[3] = {0.8F, 1, 80, 320};
  CHECK(expected_recall(calibration, 0) == 0);
  for (const double recall : {0.5, 0.9, 0.93, 0.95, 0.97, 0.985, 0.99, 0.9999}) {
    CHECK(expected_recall(calibration, recall) == recall);
  }
  calibration.at[1].recall = 0.92F;
  calibration.at[2].recall = 0.96F;
  calibration.at[3].recall = 0.96F;
  CHECK(expected_recall(calibration, 0.5) == 0.5);
  CHECK(expected_recall(calibration, 0.9) == 0.9);
  CHECK(expected_recall(calibration, 0.95) == doctest::Approx(0.92));
  CHECK(expected_recall(calibration, 0.98) == doctest::Approx(0.96));
  CHECK(expected_recall(calibration, 0.99) == doctest::Approx(0.96));
  CHECK(expected_recall(calibration, 0.9999) == doctest::Approx(0.9699));
  calibration.at[0].recall = 0.88F;
  CHECK(expected_recall(calibration, 0.5) == 0.5);
  CHECK(expected_recall(calibration, 0.89) == doctest::Approx(0.88));
  double before = 0;
  for (double recall = 0.5; recall < 0.9999; recall += 0.001) {
    CAPTURE(recall);
    CHECK(expected_recall(calibration, recall) >= before - 1e-9);
    before = expected_recall(calibration, recall);
  }
}

TEST_CASE("trials count rows that are found with an equal one") {
  const std::vector<float> distinct = graph_rows(1500, kDims);
  std::vector<float> equal;
  for (int i = 0; i < 6000; ++i) {
    equal.insert(equal.end(), distinct.begin() + i % 1500 * kDims,
                 distinct.begin() + (i % 1500 + 1) * kDims);
  }
  GraphIndex index(Metric::kL2, kDims, equal);
  const GraphCalibration calibration = tried(&index);
  CHECK(calibration.nodes == 6000);
  CHECK(slack_for(calibration, 0.99, 6000, 10) < 0.7F * kMostSlack);
}

TEST_CASE("searches for a recall find what there is, of rows of any kind") {
  const std::vector<float> spread = graph_rows(2000, kDims);
  std::vector<float> equal;
  std::vector<float> duplicates;
  std::vector<float> far = spread;
  for (int i = 0; i < 2000; ++i) {
    equal.insert(equal.end(), spread.begin(), spread.begin() + kDims);
    duplicates.insert(duplicates.end(), spread.begin() + i % 50 * kDims,
                      spread.begin() + (i % 50 + 1) * kDims);
    for (int j = 0; j < kDims && i % 2 == 1; ++j) {
      far[static_cast<std::size_t>(i * kDims + j)] += 4000;
    }
  }
  const std::vector<float> kinds[] = {spread,
                                      equal,
                                      duplicates,
                                      far,
                                      {spread.begin(), spread.begin() + kDims},
                                      {spread.begin(), spread.begin() + 20 * kDims}};
  for (const auto& rows : kinds) {
    GraphIndex index(Metric::kL2, kDims, rows);
    index.model.meta.calibration = tried(&index);
    CAPTURE(index.rows());
    if (index.rows() < static_cast<int>(kFewestTried)) {
      CHECK(index.model.meta.calibration.nodes == 0);
    }
    for (const float slack : {0.05F, 0.5F}) {
      GraphCounts counts{};
      const auto found = find_with(&index, index.vector(0), 10, slack, &counts);
      CHECK(found.size() >= static_cast<std::size_t>(std::min(10, index.rows())));
      CHECK(index.distance(index.vector(0), found[0]) < 1e-3);
    }
  }
}

}  // namespace
}  // namespace vecext::test::calibrate_test
