// Searches among the rows of a set.
#include <cmath>
#include <functional>

#include "core/filter/row_bits.h"
#include "test_index.h"

namespace vecext::test::filter_test {
namespace {

constexpr int kRows = 12000;
constexpr int kLists = 120;
constexpr int kDims = 24;
constexpr int kClusters = 20;  // of clustered_rows: row i is of cluster i % 20
constexpr int kQueries = 40;

/// The rows of an index that a test takes.
RowBits set_of(const std::function<bool(int)>& has, int rows, Arena arena) {
  RowBits set(arena);
  std::vector<std::uint16_t> lines;
  for (int i = 0; i < rows; ++i) {
    if (has(i)) {
      lines.push_back(TestIndex::row(i).line);
    }
    const bool ends_page = i + 1 == rows || TestIndex::row(i + 1).page != TestIndex::row(i).page;
    if (ends_page && !lines.empty()) {
      REQUIRE(set.add(TestIndex::row(i).page, lines.data(), static_cast<int>(lines.size())));
    }
    if (ends_page) {
      lines.clear();
    }
  }
  return set;
}

/// One of n rows, scattered evenly.
bool is_one_of(int i, int n) {
  return (static_cast<unsigned>(i) * 2654435761u >> 8) % static_cast<unsigned>(n) == 0;
}

/// A set, which may be another for each cluster that a query is of.
struct Predicate {
  const char* name;
  bool (*has)(int row, int cluster);
};

const Predicate kPredicates[] = {
    {"all", [](int, int) { return true; }},
    {"a half", [](int i, int) { return is_one_of(i, 2); }},
    {"a thirtieth", [](int i, int) { return is_one_of(i, 30); }},
    {"one of 300", [](int i, int) { return is_one_of(i, 300); }},
    {"the query's cluster", [](int i, int c) { return i % kClusters == c; }},
    {"all but the query's cluster", [](int i, int c) { return i % kClusters != c; }},
    {"another cluster", [](int i, int c) { return i % kClusters == (c + 7) % kClusters; }},
    {"some of another cluster",
     [](int i, int c) { return i % kClusters == (c + 7) % kClusters && is_one_of(i, 10); }},
    {"five rows", [](int i, int c) { return i < 20 * kClusters && i % (4 * kClusters) == c; }},
};

/// Share of the k nearest of the set that are among the candidates; all of these are of the set,
/// and the k nearest candidates there are if there are so many.
double recall(TestIndex& index, const Predicate& predicate) {
  constexpr int kWanted = 10;
  const auto distance = vector_distance(Element::kFloat, index.model.metric());
  double hits = 0;
  for (int q = 0; q < kQueries; ++q) {
    const int cluster = q % kClusters;
    std::vector<float> query(index.vector(q), index.vector(q) + kDims);
    for (float& value : query) {
      value += 0.3f * std::sin(static_cast<float>(q) + value);
    }
    std::vector<std::pair<double, int>> exact;
    for (int i = 0; i < kRows; ++i) {
      if (predicate.has(i, cluster)) {
        exact.emplace_back(distance(query.data(), index.vector(i), kDims), i);
      }
    }
    std::sort(exact.begin(), exact.end());
    const RowBits set =
        set_of([&](int i) { return predicate.has(i, cluster); }, kRows, index.arena);
    std::set<int> found;
    for (const Candidate& c : index.find(query.data(), kWanted, 0, set.filter())) {
      CHECK(predicate.has(TestIndex::number(c.row), cluster));
      found.insert(TestIndex::number(c.row));
    }
    const std::size_t wanted = std::min<std::size_t>(kWanted, exact.size());
    CHECK(found.size() >= wanted);
    int near = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
      near += static_cast<int>(found.count(exact[i].second));
    }
    hits += static_cast<double>(near) / static_cast<double>(wanted);
  }
  return hits / kQueries;
}

TEST_CASE("the nearest rows of a set are found, wherever they lie") {
  for (const Options& options :
       {Options{.bits = 4}, Options{.bits = 1}, Options{.metric = Metric::kCosine, .bits = 4},
        Options{.metric = Metric::kInnerProduct, .bits = 4}, Options{.bits = 0},
        Options{.metric = Metric::kCosine, .bits = 0},
        Options{.bits = 2, .rerank = Rerank::kHalf}}) {
    CAPTURE(options.bits);
    CAPTURE(static_cast<int>(options.metric));
    CAPTURE(static_cast<int>(options.rerank));
    Options of_many_lists = options;
    of_many_lists.lists = kLists;
    TestIndex index(of_many_lists, kRows);
    for (const Predicate& predicate : kPredicates) {
      CAPTURE(predicate.name);
      CHECK(recall(index, predicate) >= 0.95);
    }
  }
}

TEST_CASE("the nearest rows of a set are found where vectors fill few of their dimensions") {
  constexpr int kFilled = 5;
  constexpr int kWide = 64;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> map(kFilled * kWide);
  for (float& value : map) {
    value = normal(random);
  }
  std::vector<float> first;  // of the dimensions filled
  std::vector<float> x;
  for (int i = 0; i < kRows; ++i) {
    std::vector<float> row(kWide);
    for (int j = 0; j < kFilled; ++j) {
      const float place = normal(random);
      if (j == 0) {
        first.push_back(place);
      }
      for (int d = 0; d < kWide; ++d) {
        row[d] += place * map[j * kWide + d];
      }
    }
    x.insert(x.end(), row.begin(), row.end());
  }
  TestIndex index({.bits = 4, .dims = kWide, .lists = kLists}, x);
  // Rows farther on one side than the query is on the other.
  const RowBits set = set_of([&](int i) { return first[i] > 0.5f; }, kRows, index.arena);
  const auto distance = vector_distance(Element::kFloat, Metric::kL2);
  int queries = 0;
  int hits = 0;
  ivf::SearchCounts counts{};
  for (int q = 0; queries < kQueries; ++q) {
    if (first[q] > 0) {
      continue;
    }
    ++queries;
    std::vector<std::pair<double, int>> exact;
    for (int i = 0; i < kRows; ++i) {
      if (first[i] > 0.5f) {
        exact.emplace_back(distance(index.vector(q), index.vector(i), kWide), i);
      }
    }
    std::nth_element(exact.begin(), exact.begin() + 10, exact.end());
    std::set<int> found;
    for (const Candidate& c :
         index.find(index.vector(q), 10, 0, set.filter(), ivf::kDefaultRecall, &counts)) {
      found.insert(TestIndex::number(c.row));
    }
    for (int i = 0; i < 10; ++i) {
      hits += static_cast<int>(found.count(exact[i].second));
    }
  }
  CHECK(hits >= 0.95 * 10 * kQueries);
  CHECK(counts.lists < kLists * kQueries * 3 / 4);
}

TEST_CASE("the nearest bit strings of a set are found") {
  constexpr int kBits = 64;
  constexpr int kStrings = 6000;
  std::mt19937 random(5);
  std::vector<float> bits;
  for (int i = 0; i < kStrings; ++i) {
    for (int j = 0; j < kBits; ++j) {
      bits.push_back(random() % 8 == 0 ? static_cast<float>(random() % 2)
                                       : static_cast<float>((i % 20 * 7 + j * j) % 3 % 2));
    }
  }
  TestIndex index(
      {.metric = Metric::kHamming, .bits = 0, .dims = kBits, .lists = 60, .element = Element::kBit},
      bits);
  const auto string = [&](int i) {
    std::array<std::uint8_t, kBits / 8> packed{};
    narrow(Element::kBit, index.vector(i), kBits, packed.data());
    return packed;
  };
  const auto distance = vector_distance(Element::kBit, Metric::kHamming);
  for (const int share : {2, 30, 300}) {
    CAPTURE(share);
    const auto has = [&](int i) { return is_one_of(i, share); };
    const RowBits set = set_of(has, kStrings, index.arena);
    int hits = 0;
    for (int q = 0; q < kQueries; ++q) {
      const auto query = string(q);
      std::vector<double> exact;
      for (int i = 0; i < kStrings; ++i) {
        if (has(i)) {
          exact.push_back(distance(query.data(), string(i).data(), kBits));
        }
      }
      std::nth_element(exact.begin(), exact.begin() + 9, exact.end());
      int near = 0;
      for (const Candidate& c : index.find(query.data(), 10, 0, set.filter())) {
        near += c.bound <= exact[9] ? 1 : 0;
      }
      hits += std::min(near, 10);
    }
    CHECK(hits >= 0.95 * 10 * kQueries);
  }
}

TEST_CASE("a search for more rows than a set has ends with the last of them") {
  TestIndex index({.bits = 4, .lists = kLists}, kRows);
  // The rows of the nearest lists.
  std::set<int> near;
  for (const Candidate& c : index.find(index.vector(3), 8, 1)) {
    near.insert(index.number(c.row));
  }
  const RowBits set = set_of([&](int i) { return near.count(i) != 0; }, kRows, index.arena);
  ivf::SearchCounts counts{};
  const int wanted = static_cast<int>(near.size()) + 1;
  CHECK(index.find(index.vector(3), wanted, 0, set.filter(), ivf::kDefaultRecall, &counts).size() ==
        near.size());
  CHECK(counts.lists == 1);
  CHECK(counts.matched == static_cast<std::int64_t>(near.size()));

  // Of a set that is said to have more, there may be more to come.
  RowFilter larger = set.filter();
  larger.set_rows += 1;
  counts = {};
  CHECK(index.find(index.vector(3), wanted, 0, larger, ivf::kDefaultRecall, &counts).size() ==
        near.size());
  CHECK(counts.lists == kLists);
  CHECK(!counts.gave_up);
}

TEST_CASE("a search with a set reads as many lists as it is asked to") {
  for (const int bits : {0, 4}) {
    CAPTURE(bits);
    TestIndex index({.bits = bits, .lists = kLists}, kRows);
    const RowBits none = set_of([](int i) { return i == 7; }, kRows, index.arena);
    ivf::SearchCounts counts{};
    index.find(index.vector(3), 10, 5, none.filter(), ivf::kDefaultRecall, &counts);
    CHECK(counts.lists == 5);
  }
}

TEST_CASE("a set of all rows leaves the rows of a search as they are") {
  for (const Options& options :
       {Options{.bits = 0}, Options{.bits = 4}, Options{.bits = 1, .rerank = Rerank::kInt8}}) {
    CAPTURE(options.bits);
    TestIndex index(options, 2000);
    const RowBits all = set_of([](int) { return true; }, 2000, index.arena);
    ivf::SearchCounts with{};
    ivf::SearchCounts without{};
    const auto a = index.find(index.vector(3), 10, 8, all.filter(), 0, &with);
    const auto b = index.find(index.vector(3), 10, 8, {}, ivf::kDefaultRecall, &without);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK(a[i].row == b[i].row);
    }
    CHECK(with.rows == without.rows);
    CHECK(without.tested == 0);
  }
}

TEST_CASE("few rows are scored where few are in the set") {
  for (const int bits : {0, 4}) {
    CAPTURE(bits);
    TestIndex index({.bits = bits, .lists = kLists}, kRows);
    const RowBits set = set_of([](int i) { return is_one_of(i, 1000); }, kRows, index.arena);
    ivf::SearchCounts counts{};
    index.find(index.vector(3), 100, 0, set.filter(), ivf::kDefaultRecall, &counts);
    CHECK(counts.matched == set.count());
    CHECK(counts.tested <= kRows);
    CHECK(counts.rows < kRows / 4);
  }
}

TEST_CASE("a search gives up when a budget is spent, and says so") {
  TestIndex index({.bits = 4, .lists = kLists}, kRows);
  // Far from the query: all but a few lists have to be looked at.
  const RowBits far = set_of([](int i) { return i % kClusters == 11; }, kRows, index.arena);
  ivf::SearchLimits limits{
      .k = 10, .skip = 0, .probes = 0, .missing = ivf::kDefaultMissing, .filter = far.filter()};
  ivf::SearchCounts whole{};
  index.find(index.vector(3), limits, &whole);
  REQUIRE(whole.lists > 20);
  CHECK(!whole.gave_up);

  limits.most_lists = 20;
  ivf::SearchCounts counts{};
  index.find(index.vector(3), limits, &counts);
  CHECK(counts.gave_up);
  CHECK(counts.lists == 20);

  limits.most_lists = static_cast<std::int32_t>(whole.lists);
  counts = {};
  CHECK(index.find(index.vector(3), limits, &counts).size() >= 10);
  CHECK(!counts.gave_up);
}

}  // namespace
}  // namespace vecext::test::filter_test
