// When a search stops of itself, and the law that it expects rows by. Sets: filter_test.cpp.
#include "core/ivf/search/early_termination.h"

#include <algorithm>
#include <cmath>

#include "test_index.h"

namespace vecext::test::early_termination_test {
namespace {

constexpr int kDims = 64;
constexpr int kWideDims = 512;

/// Rows, and queries, of one normal distribution around `mean`.
std::vector<float> normal_rows(int n, float mean, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(mean);
  std::vector<float> x(static_cast<std::size_t>(n * kDims));
  for (float& value : x) {
    value = normal(random);
  }
  return x;
}

/// Such rows times lengths whose logarithms are normally distributed.
std::vector<float> rows_of_lengths(int n, float deviation, unsigned seed) {
  std::vector<float> x = normal_rows(n, 0, seed);
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, deviation);
  for (std::size_t i = 0; i < x.size(); i += kDims) {
    const float length = std::exp(normal(random));
    std::for_each(x.begin() + i, x.begin() + i + kDims, [&](float& value) { value *= length; });
  }
  return x;
}

/// Rows expected within the score of a tenth of the rows, over those there are; all queries
/// together. The one list has all rows.
double expected_share(Metric metric, const std::vector<float>& rows,
                      const std::vector<float>& queries) {
  const auto count = static_cast<int>(queries.size() / kDims);
  TestIndex index({.metric = metric, .dims = kDims, .lists = 1}, rows);
  const auto distance = vector_distance(Element::kFloat, metric);
  double expected = 0;
  for (int q = 0; q < count; ++q) {
    const float* query = queries.data() + q * kDims;
    std::vector<double> scores;
    for (int i = 0; i < 1000; ++i) {
      scores.push_back(score_of_distance(metric, distance(query, index.vector(i), kDims)));
    }
    std::nth_element(scores.begin(), scores.begin() + 100, scores.end());
    ivf::SearchQuery prepared;
    ivf::ProbeOrder order;
    REQUIRE(prepare_search(index.model, query, index.arena, &prepared));
    REQUIRE(order.prepare(index.model, prepared.rotated, index.arena));
    ivf::ListsLeft lists;
    REQUIRE(lists.reserve(1, index.arena));
    lists.fill(ivf::ListDistanceModel(index.model, prepared), order);
    expected += lists.rows_within(static_cast<float>(scores[100]), 1, 1000);
  }
  return expected / (100 * count);
}

TEST_CASE("a tenth of the rows are expected within the score of a tenth") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    for (const float mean : {0.0f, 1.0f}) {
      CAPTURE(mean);
      const double share =
          expected_share(metric, normal_rows(1000, mean, 1), normal_rows(20, mean, 2));
      CHECK(share > 0.8);
      // Unit vectors around the origin are as far from it as each other, and all directions are
      // equal for a product: fewer rows than the law says.
      CHECK(share < (metric == Metric::kL2 ? 1.25 : 2.5));
    }
  }
}

TEST_CASE("at least that many are, of rows whose lengths differ by orders of magnitude") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
    CAPTURE(static_cast<int>(metric));
    const double share =
        expected_share(metric, rows_of_lengths(1000, 1, 1), rows_of_lengths(20, 1, 2));
    CHECK(share > 0.8);
    CHECK(share < 6);
  }
}

TEST_CASE("rows within a score are none far below the lists, all far above, and grow in between") {
  TestIndex index({.dims = kDims, .lists = 4}, normal_rows(1000, 0, 1));
  ivf::SearchQuery query;
  ivf::ProbeOrder order;
  REQUIRE(prepare_search(index.model, index.vector(3), index.arena, &query));
  REQUIRE(order.prepare(index.model, query.rotated, index.arena));
  ivf::ListsLeft lists;
  REQUIRE(lists.reserve(4, index.arena));
  lists.fill(ivf::ListDistanceModel(index.model, query), order);
  CHECK(lists.rows_within(-1000, 1, 2000) < 1e-6);
  CHECK(lists.rows_within(1e6f, 1, 2000) == doctest::Approx(1000).epsilon(0.1));
  double before = 0;
  for (float score = 0; score < 300; score += 5) {
    const double rows = lists.rows_within(score, 1, 2000);
    CHECK(rows >= before);
    before = rows;
  }
}

TEST_CASE("rows within a score are those of each list left, whatever their number") {
  for (const int count : {1, 15, 17, 100, 700}) {
    CAPTURE(count);
    TestIndex index({.dims = kDims, .lists = count}, normal_rows(3000, 0, 1));
    ivf::SearchQuery query;
    ivf::ProbeOrder order;
    REQUIRE(prepare_search(index.model, index.vector(3), index.arena, &query));
    REQUIRE(order.prepare(index.model, query.rotated, index.arena));
    const ivf::ListDistanceModel distances(index.model, query);
    ivf::ListsLeft lists;
    REQUIRE(lists.reserve(index.model.lists(), index.arena));
    for (int i = 0; i < order.count() / 10; ++i) {
      order.next();
    }
    lists.fill(distances, order);
    for (const float stretch : {0.5f, 4.0f}) {
      const float score = 60;
      double expected = 0;
      double of_first = 0;
      for (int i = 0; i < order.left(); ++i) {
        const ivf::Probe probe = order.left_at(i);
        const double rows = static_cast<double>(
            distances.rows(probe.list) *
            ivf::normal_below(distances.deviation(probe, score) / std::sqrt(stretch)));
        of_first = i == 0 ? rows : of_first;
        expected += rows;
      }
      CHECK(lists.rows_within(score, stretch, 1e9) == doctest::Approx(expected).epsilon(1e-3));
      CHECK(lists.rows_within(score, stretch, expected / 2) > expected / 2);
      ivf::ListsLeft others = lists;
      REQUIRE(others.reserve(index.model.lists(), index.arena));
      others.fill(distances, order);
      others.leave_out(order.left_at(0).list);
      CHECK(others.rows_within(score, stretch, 1e9) ==
            doctest::Approx(expected - of_first).epsilon(1e-3));
    }
  }
}

TEST_CASE("the more recall is asked for, the more lists a search looks at") {
  TestIndex index({.dims = kDims, .lists = 200}, normal_rows(20000, 0, 1));
  const std::vector<float> queries = normal_rows(20, 0, 2);
  std::int64_t before = 0;
  for (const float recall : {0.5f, 0.9f, 0.99f, 0.9999f}) {
    CAPTURE(recall);
    std::int64_t lists = 0;
    int hits = 0;
    for (int q = 0; q < 20; ++q) {
      const float* query = queries.data() + q * kDims;
      ivf::SearchCounts counts{};
      std::set<int> found;
      for (const Candidate& c : index.find(query, 10, 0, {}, recall, &counts)) {
        found.insert(TestIndex::number(c.row));
      }
      for (const int i : index.exact(query, 10)) {
        hits += static_cast<int>(found.count(i));
      }
      lists += counts.lists;
    }
    CHECK(lists > before);
    CHECK(hits >= static_cast<int>(std::floor(recall * 200)));
    before = lists;
  }
}

/// Recall at 10, and lists looked at.
struct Effort {
  double recall;
  double lists;
};

/// Of searches for these queries, for `recall`.
Effort effort_of(TestIndex& index, const std::vector<float>& queries, int dims,
                 float recall = ivf::kDefaultRecall) {
  const int count = static_cast<int>(queries.size()) / dims;
  std::int64_t lists = 0;
  int hits = 0;
  for (int q = 0; q < count; ++q) {
    const float* query = queries.data() + static_cast<std::ptrdiff_t>(q) * dims;
    ivf::SearchCounts counts{};
    std::set<int> found;
    for (const Candidate& c : index.find(query, 10, 0, {}, recall, &counts)) {
      found.insert(TestIndex::number(c.row));
    }
    for (const int i : index.exact(query, 10)) {
      hits += static_cast<int>(found.count(i));
    }
    lists += counts.lists;
  }
  return {hits / (10.0 * count), static_cast<double>(lists) / count};
}

/// Of searches for `recall`, by queries made of two rows each: rows themselves (weight 1), or what
/// lies between them.
Effort effort_between_rows(TestIndex& index, float weight, float recall) {
  constexpr int kQueries = 40;
  std::mt19937 random(5);
  std::vector<float> queries;
  for (int q = 0; q < kQueries; ++q) {
    const float* a = index.vector(static_cast<int>(random() % 8000));
    const float* b = index.vector(static_cast<int>(random() % 8000));
    for (int j = 0; j < kDims; ++j) {
      queries.push_back(weight * a[j] + (1 - weight) * b[j]);
    }
  }
  return effort_of(index, queries, kDims, recall);
}

TEST_CASE("a search keeps its recall between rows too, by looking at more lists") {
  for (const int bits : {0, 4}) {
    CAPTURE(bits);
    TestIndex index({.bits = bits, .dims = kDims, .lists = 120}, clustered_rows(8000, kDims));
    const Effort rows = effort_between_rows(index, 1, ivf::kDefaultRecall);
    const Effort between = effort_between_rows(index, .5f, ivf::kDefaultRecall);
    CHECK(rows.recall >= .95);
    CHECK(between.recall >= .94);
    CHECK(between.lists > rows.lists);
    CHECK(rows.lists < 60);
    // No recall asked for is the default's.
    CHECK(effort_between_rows(index, .5f, ivf::kDefaultRecall).lists == between.lists);
  }
}

// A whole group of near copies lies within the score or does not, which looks like scores that vary
// less than the law says.
TEST_CASE("a search far from groups of near copies keeps its recall") {
  constexpr int kGroups = 133;
  constexpr int kOfGroup = 60;
  constexpr int kQueries = 200;
  const std::vector<float> centers = normal_rows(kGroups, 0, 1);
  const std::vector<float> noise = normal_rows(kGroups * kOfGroup, 0, 2);
  std::vector<float> rows = noise;
  for (int i = 0; i < kGroups * kOfGroup; ++i) {
    for (int j = 0; j < kDims; ++j) {
      const auto at = static_cast<std::size_t>(i * kDims + j);
      rows[at] = centers[static_cast<std::size_t>(i % kGroups * kDims + j)] + noise[at] / 100;
    }
  }
  std::vector<float> queries = normal_rows(kQueries, 0, 3);
  std::transform(queries.begin(), queries.end(), queries.begin(), [](float x) { return 15 * x; });
  TestIndex index({.dims = kDims, .lists = 90}, std::move(rows));
  const Effort effort = effort_of(index, queries, kDims);
  CHECK(effort.recall >= .95);
  CHECK(effort.lists < 60);
}

/// Rows of kDims elements that few numbers decide on: a random curved surface.
std::vector<float> surface_rows(int n) {
  constexpr int kNumbers = 16;
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> map(static_cast<std::size_t>(kNumbers * kWideDims));
  for (float& value : map) {
    value = normal(random) / 2;
  }
  std::vector<float> rows(static_cast<std::size_t>(n * kWideDims));
  for (int i = 0; i < n; ++i) {
    float* row = rows.data() + static_cast<std::ptrdiff_t>(i) * kWideDims;
    for (int k = 0; k < kNumbers; ++k) {
      const float number = normal(random);
      for (int j = 0; j < kWideDims; ++j) {
        row[j] += number * map[static_cast<std::size_t>(k * kWideDims + j)];
      }
    }
    std::transform(row, row + kWideDims, row, [](float value) { return std::tanh(value); });
  }
  return rows;
}

// The law takes rows to lie around a centroid alike in all dimensions. Embeddings of many
// dimensions lie along few, so that rows within the score are ten deviations of the law below the
// means of their lists.
TEST_CASE("a search keeps its recall where rows lie along few of many dimensions") {
  constexpr int kQueries = 40;
  constexpr int kRows = 20000;
  std::vector<float> rows = surface_rows(kRows + kQueries);
  const std::vector<float> queries(rows.end() - kQueries * kWideDims, rows.end());
  rows.resize(static_cast<std::size_t>(kRows) * kWideDims);
  TestIndex index({.dims = kWideDims, .lists = 400}, std::move(rows));
  const Effort effort = effort_of(index, queries, kWideDims);
  CHECK(effort.recall >= .95);
  CHECK(effort.lists < 120);
}

// Of 1,000 lists a hundred have no row within the score, and the law expects many in the lists
// left: what the first showed must not be forgotten on the way.
TEST_CASE("of many lists few are looked at where the law expects too much") {
  constexpr int kFewDims = 24;
  constexpr int kQueries = 20;
  std::vector<float> rows = normal_rows(15000, 0, 1);
  const std::vector<float> queries = normal_rows(kQueries, 0, 2);
  TestIndex index({.dims = kFewDims, .lists = 1000}, std::move(rows));
  const Effort effort = effort_of(index, queries, kFewDims);
  CHECK(effort.recall >= .95);
  CHECK(effort.lists < 650);  // 887 if 30 lists are remembered
}

TEST_CASE("a search goes on while it has fewer rows than were asked for") {
  TestIndex index({.dims = kDims, .lists = 200}, normal_rows(2000, 0, 1));
  ivf::SearchCounts counts{};
  const RowFilter none{[](const void*, const RowId*, std::int32_t) { return 0u; }, nullptr};
  CHECK(index.find(index.vector(0), 10, 0, none, ivf::kDefaultRecall, &counts).empty());
  CHECK(counts.lists == index.model.lists());
}

// Distances of rows with elements of 1e20 are beyond floats, and so are the means of their lists.
TEST_CASE("lists of rows that no distance is known of end no search") {
  constexpr int kOrdinary = 2000;
  constexpr int kFewDims = 16;
  std::mt19937 random(11);
  std::uniform_real_distribution<float> length(1e19f, 1e20f);
  for (const int extreme : {20, 200, 600}) {
    CAPTURE(extreme);
    std::vector<float> rows = normal_rows(kOrdinary, 0, 1);  // of kFewDims: four times as many
    for (int i = 0; i < extreme * kFewDims; ++i) {
      rows.push_back(-length(random));
    }
    TestIndex index({.metric = Metric::kInnerProduct, .dims = kFewDims, .lists = 80},
                    std::move(rows));
    const std::vector<float> query(kFewDims, 1.0f);
    ivf::SearchCounts counts{};
    std::set<int> found;
    for (const Candidate& c : index.find(query.data(), 10, 0, {}, ivf::kDefaultRecall, &counts)) {
      found.insert(TestIndex::number(c.row));
    }
    int hits = 0;
    for (const int i : index.exact(query.data(), 10)) {
      hits += static_cast<int>(found.count(i));
    }
    CHECK(hits >= 9);
  }
}

TEST_CASE("a search does not end while it knows no bound of the k-th row") {
  TestIndex index({.dims = kDims, .lists = 20}, normal_rows(1000, 0, 1));
  ivf::SearchQuery query;
  ivf::ProbeOrder order;
  REQUIRE(prepare_search(index.model, index.vector(3), index.arena, &query));
  REQUIRE(order.prepare(index.model, query.rotated, index.arena));
  ivf::EarlyTermination stop(index.model, query, {2, 0, 0, 0, {}});
  REQUIRE(stop.reserve(index.arena));
  Candidates found(index.arena);
  for (const bool knows_one : {false, true}) {
    CAPTURE(knows_one);
    REQUIRE(found.reset(2));
    REQUIRE(found.add(NAN, NAN, {0, 1}));
    REQUIRE((knows_one ? found.add(-1e9, -1e9, {0, 2}) : found.add(NAN, NAN, {0, 2})));
    for (int i = 0; i < ivf::kQuietLists; ++i) {
      stop.looked_at(order.next(), found.kth_estimate(), {}, {}, false);
    }
    CHECK_FALSE(stop.enough(order, found));
  }
}

TEST_CASE("the k-th smallest score is about what the estimates say") {
  TestArena arena;
  Candidates found(arena);
  REQUIRE(found.reset(2));
  // Bounds 1 and 3, 4 and 4, 2 and 8: the two smallest upper bounds have estimates of 2 and 4.
  REQUIRE(found.add(1, 3, {0, 1}));
  REQUIRE(found.add(4, 4, {0, 2}));
  REQUIRE(found.add(2, 8, {0, 3}));
  CHECK(found.kth_estimate() == doctest::Approx(4));
  // A row without bounds does not count.
  REQUIRE(found.reset(2));
  REQUIRE(found.add(1, 3, {0, 1}));
  REQUIRE(found.add(-INFINITY, NAN, {0, 2}));
  CHECK(found.kth_estimate() == doctest::Approx(2));
}

}  // namespace
}  // namespace vecext::test::early_termination_test
