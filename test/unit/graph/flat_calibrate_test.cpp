// Searches of a flat graph for a recall, and the trials that say how far they go.
#include "core/graph/flat/flat_calibrate.h"

#include <limits>

#include "core/graph/flat/dense_query.h"
#include "core/graph/flat/flat_mix.h"
#include "flat_index.h"

namespace vecext::test::flat_calibrate_test {
namespace {

const Class kClasses[] = {{Element::kFloat, Metric::kL1, 32},
                          {Element::kBit, Metric::kHamming, 96},
                          {Element::kBit, Metric::kJaccard, 96},
                          {Element::kSparse, Metric::kL2, 400, 24},
                          {Element::kSparse, Metric::kCosine, 400, 24},
                          {Element::kSparse, Metric::kInnerProduct, 400, 24}};

GraphCalibration tried(FlatIndex* index, std::int32_t threads = 1) {
  GraphCalibration calibration;
  const CalibrationWork work{threads, 5, index->arena, &index->work};
  REQUIRE(calibrate_flat(index->store, index->model, work, &calibration).ok());
  return calibration;
}

/// The search of a default scan for the ten nearest.
std::vector<Candidate> find_with(FlatIndex* index, const Value& query, float slack,
                                 GraphCounts* counts) {
  Candidates found(index->arena);
  const GraphLimits limits{.wanted = 10,
                           .ef = 10,
                           .filter = {},
                           .slack = {slack, slack},
                           .fewest_visits = kFewestVisits};
  REQUIRE(search_flat(index->store, index->model, query.data(), limits, &index->work, index->arena,
                      &found, counts)
              .ok());
  std::int64_t count;
  const Candidate* rows = found.sorted(&count);
  return {rows, rows + count};
}

Value mixed(const FlatIndex& index, const std::vector<Value>& of, Random* random) {
  std::size_t bytes = 0;
  const std::byte* from[kTrialSources];
  for (std::size_t i = 0; i < of.size(); ++i) {
    from[i] = of[i].data();
    bytes += of[i].size();
  }
  Value out(bytes);
  out.resize(
      mix_elements(index.model, from, static_cast<std::int32_t>(of.size()), random, out.data()));
  return out;
}

/// Share of the ten nearest rows that searches find.
double recall_of(FlatIndex* index, const std::vector<Value>& queries, float slack,
                 GraphCounts* counts) {
  int hits = 0;
  for (const Value& query : queries) {
    std::vector<double> all;
    for (const Value& value : index->values) {
      all.push_back(index->distance(query, value));
    }
    std::nth_element(all.begin(), all.begin() + 9, all.end());
    const auto found = find_with(index, query, slack, counts);
    for (std::size_t i = 0; i < 10; ++i) {
      hits += found[i].bound <= all[9];
    }
  }
  return hits / (10.0 * static_cast<double>(queries.size()));
}

TEST_CASE("with the slack of trials searches between rows of a flat graph reach the recall") {
  constexpr int kRows = 4000;
  for (const Class& of : kClasses) {
    CAPTURE(static_cast<int>(of.element));
    CAPTURE(static_cast<int>(of.metric));
    const std::vector<Value> all = flat_values(of, kRows + 300);
    FlatIndex index(of, {all.begin(), all.begin() + kRows});
    const GraphCalibration calibration = tried(&index);
    index.model.meta.calibration = calibration;
    CHECK(calibration.nodes == index.model.meta.parts[kMain].nodes);
    CHECK((calibration.longest > 0) == (of.metric == Metric::kInnerProduct));
    Random random(3);
    const float slack = slack_for(calibration, 0.95, calibration.nodes, 10);
    for (std::size_t rows = 1; rows <= 3; ++rows) {
      CAPTURE(rows);
      std::vector<Value> queries;
      for (int q = 0; q < 60; ++q) {
        std::vector<Value> from;
        while (from.size() < rows) {
          from.push_back(all[kRows + random.below(300)]);
        }
        queries.push_back(mixed(index, from, &random));
      }
      GraphCounts counts{};
      CHECK(recall_of(&index, queries, slack, &counts) >= 0.935);
      CHECK(counts.nodes <= 60 * (most_trial_visits(kRows) + 40));
    }
  }
}

TEST_CASE("trials of a flat graph tell the same whatever the number of threads, and each time") {
  for (const Class& of : kClasses) {
    FlatIndex index(of, flat_values(of, 1500));
    const GraphCalibration one = tried(&index);
    const GraphCalibration again = tried(&index);
    const GraphCalibration three = tried(&index, 3);
    CHECK(std::memcmp(&one, &again, sizeof one) == 0);
    CHECK(std::memcmp(&one, &three, sizeof one) == 0);
    CalibratedRecall before{0, 0, 0, 0};
    for (const CalibratedRecall& at : one.at) {
      CHECK(at.slack > 0);
      CHECK(at.slack >= before.slack);
      CHECK(at.recall >= before.recall);
      CHECK(at.easy >= before.easy);
      CHECK(at.hard >= before.hard);
      before = at;
    }
  }
}

TEST_CASE("few rows of a flat graph, and those that are all equal, have searches that end") {
  const Class of{Element::kBit, Metric::kJaccard, 200};
  FlatIndex few(of, flat_values(of, 500));
  CHECK(tried(&few).nodes == 0);
  auto values = flat_values(of, 3000);
  FlatIndex spread(of, values);
  GraphCounts counts{};
  // Of no bits: all rows are as far as each other.
  CHECK(find_with(&spread, Value(25), 1, &counts).size() >= 10);
  CHECK(counts.nodes <= most_trial_visits(3000) + 40);
  std::fill(values.begin(), values.end(), values[0]);
  FlatIndex equal(of, values);
  (void)tried(&equal);
  CHECK(find_with(&equal, values[0], 1, &counts).size() >= 10);
}

/// Multiplies the elements of a sparse value.
void scale(Value* value, float by) {
  SparsevecLayout head;
  std::memcpy(&head, value->data(), sizeof head);
  std::byte* at = value->data() + sizeof head + static_cast<std::ptrdiff_t>(head.nnz) * 4;
  for (std::int32_t i = 0; i < head.nnz; ++i, at += sizeof(float)) {
    float element;
    std::memcpy(&element, at, sizeof element);
    element *= by;
    std::memcpy(at, &element, sizeof element);
  }
}

TEST_CASE("trials of inner products see the longest of all rows whose length is a number") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Class of{Element::kSparse, Metric::kInnerProduct, 400, 24};
  for (const std::size_t longest : {std::size_t{17}, std::size_t{1800}, std::size_t{3999}}) {
    auto values = flat_values(of, 4000);
    scale(&values[longest], 3);
    FlatIndex index(of, values);
    const auto length = static_cast<float>(product_length(index.model, values[longest].data()));
    CHECK(tried(&index).longest == length);
  }
  auto values = flat_values(of, 4000);
  for (std::size_t i = 0; i < values.size(); i += 100) {
    scale(&values[i], 1e20F);
  }
  FlatIndex index(of, values);
  CHECK(std::isinf(product_length(index.model, values[0].data())));
  const GraphCalibration calibration = tried(&index);
  CHECK(calibration.nodes > 0);
  CHECK(calibration.longest > 0);
  CHECK(calibration.longest < 1e3F);
  for (const CalibratedRecall& at : calibration.at) {
    CHECK((at.slack > 0 && at.slack < kInfinity));
  }

  // Queries of such a length, of a graph with trials and of one without.
  for (const GraphCalibration& one : {calibration, GraphCalibration{}}) {
    index.model.meta.calibration = one;
    CHECK(std::isfinite(score_shift(index.model, std::numeric_limits<double>::infinity())));
    GraphCounts counts{};
    CHECK(find_with(&index, values[0], one.at[1].slack, &counts).size() >= 10);
  }
}

TEST_CASE("with slack the limit of nodes is never nearer than that of rows") {
  for (const float shift : {0.0F, 1.0F, 3e38F}) {
    SlackLimit within{.shift = shift};
    within.start(0.5F);
    for (const float of_rows : {-3e38F, -100.0F, -1.0F, 0.0F, 5.0F, 3e38F}) {
      CHECK(within.of_nodes(of_rows) >= of_rows);
    }
    CHECK(within.of_nodes(1) > 1);
  }
}

TEST_CASE("a search of a flat graph with more slack visits what one with less does, and more") {
  for (const Class& of : kClasses) {
    CAPTURE(static_cast<int>(of.metric));
    FlatIndex index(of, flat_values(of, 3000));
    index.model.meta.calibration = tried(&index);
    std::int64_t before = 0;
    for (const float slack : {0.05F, 0.2F, 0.8F, 2.0F}) {
      GraphCounts counts{};
      for (int q = 0; q < 20; ++q) {
        (void)find_with(&index, index.values[q * 11], slack, &counts);
      }
      CHECK(counts.nodes >= 20 * kFewestVisits);
      CHECK(counts.nodes >= before);
      before = counts.nodes;
    }
  }
}

TEST_CASE("a mean of rows has their kind") {
  Random random(1);
  const auto values = [](const Class& of, int n) { return FlatIndex(of, flat_values(of, n)); };
  const FlatIndex dense = values({Element::kFloat, Metric::kL1, 70}, 100);
  const Value mean = mixed(dense, {dense.values[1], dense.values[2]}, &random);
  REQUIRE(mean.size() == dense.values[1].size());
  const double apart = dense.distance(dense.values[1], dense.values[2]);
  CHECK(dense.distance(mean, dense.values[1]) == doctest::Approx(apart / 2).epsilon(1e-4));
  CHECK(dense.distance(mean, dense.values[2]) == doctest::Approx(apart / 2).epsilon(1e-4));

  const FlatIndex sparse = values({Element::kSparse, Metric::kL1, 500, 60}, 100);
  for (const int second : {1, 2, 3}) {
    const Value& a = sparse.values[1];
    const Value& b = sparse.values[static_cast<std::size_t>(second)];
    const Value between = mixed(sparse, {a, b}, &random);
    CHECK(between.size() <= a.size() + b.size() - sizeof(SparsevecLayout));
    CHECK(sparse.distance(between, a) == doctest::Approx(sparse.distance(a, b) / 2).epsilon(1e-4));
  }
  const Value third =
      mixed(sparse, {sparse.values[4], sparse.values[4], sparse.values[5]}, &random);
  CHECK(sparse.distance(third, sparse.values[4]) ==
        doctest::Approx(sparse.distance(sparse.values[4], sparse.values[5]) / 3).epsilon(1e-4));

  constexpr float kLarge = 3e38F;
  Value large(sparse_size(1));
  const SparsevecLayout head{500, 1, 0};
  std::memcpy(large.data(), &head, sizeof head);
  std::memcpy(large.data() + sizeof head + 4, &kLarge, sizeof kLarge);
  const Value mean_of_large = mixed(sparse, {large, large, large}, &random);
  REQUIRE(mean_of_large.size() == large.size());
  float mean_element;
  std::memcpy(&mean_element, mean_of_large.data() + sizeof head + 4, sizeof mean_element);
  CHECK(mean_element == doctest::Approx(kLarge));

  const FlatIndex bits = values({Element::kBit, Metric::kHamming, 90}, 100);
  const Value some = mixed(bits, {bits.values[1], bits.values[2]}, &random);
  const double differing = bits.distance(bits.values[1], bits.values[2]);
  CHECK(bits.distance(some, bits.values[1]) + bits.distance(some, bits.values[2]) == differing);
  CHECK(bits.distance(some, bits.values[1]) > 0.2 * differing);
  CHECK(bits.distance(some, bits.values[1]) < 0.8 * differing);
  CHECK(mixed(bits, {bits.values[7]}, &random) == bits.values[7]);
}

TEST_CASE("a dense query has the distances of the operator") {
  for (const Metric metric : {Metric::kL2, Metric::kCosine, Metric::kInnerProduct, Metric::kL1}) {
    CAPTURE(static_cast<int>(metric));
    FlatIndex index({Element::kSparse, metric, 500, 60}, {});
    const auto values = flat_values(index.of, 60);
    REQUIRE(DenseQuery::serves(index.model));
    DenseQuery query;
    REQUIRE(query.reserve(index.model, index.arena));
    for (const Value& one : values) {
      query.set(one.data());
      for (const Value& other : values) {
        CHECK(query.distance(other.data()) ==
              doctest::Approx(index.distance(one, other)).epsilon(1e-5));
      }
      query.clear();
    }
  }
  FlatIndex wide({Element::kSparse, Metric::kL1, 1000000, 60}, {});
  CHECK(!DenseQuery::serves(wide.model));
}

TEST_CASE("a damaged flat graph ends trials with an error or a result") {
  const Class of{Element::kBit, Metric::kHamming, 90};
  std::mt19937 random(3);
  for (int round = 0; round < 15; ++round) {
    FlatIndex index(of, flat_values(of, 1200));
    for (int flip = 0; flip < 40; ++flip) {
      const std::size_t page = 1 + random() % (index.store.size() - 1);
      std::byte& byte = index.store.bytes(static_cast<PageId>(page))[24 + random() % 8000];
      byte ^= static_cast<std::byte>(1u << (random() % 8));
    }
    GraphCalibration calibration;
    const CalibrationWork work{1, 5, index.arena, &index.work};
    (void)calibrate_flat(index.store, index.model, work, &calibration);
    CHECK(std::isfinite(calibration.at[1].slack));
  }
}

}  // namespace
}  // namespace vecext::test::flat_calibrate_test
