// Rows of few directions and many lengths: by cosine they are equal but for rounding.
#include "core/filter/row_bits.h"
#include "core/graph/format/node_rows.h"
#include "flat_index.h"
#include "graph_index.h"

namespace vecext::test::directions_test {
namespace {

constexpr int kDirections = 50;
constexpr int kCopies = 60;
constexpr int kRows = kDirections * kCopies;

/// Opposite directions of two each; row i has direction i % kDirections, and lengths over six
/// orders of magnitude.
std::vector<float> rows_of_directions(int dims) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<float> exponent(-3, 3);
  std::vector<float> directions;
  for (int i = 0; i < kDirections * dims; ++i) {
    directions.push_back(i / dims % 2 == 0 ? normal(random)
                                           : -directions[static_cast<std::size_t>(i - dims)]);
  }
  std::vector<float> x;
  for (int i = 0; i < kRows; ++i) {
    const float length = std::pow(10.0F, exponent(random));
    for (int j = 0; j < dims; ++j) {
      x.push_back(length * directions[static_cast<std::size_t>(i % kDirections * dims + j)]);
    }
  }
  return x;
}

std::vector<float> random_query(int dims, std::mt19937* random) {
  std::normal_distribution<float> normal;
  std::vector<float> query;
  for (int j = 0; j < dims; ++j) {
    query.push_back(normal(*random));
  }
  return query;
}

/// How many of some random queries a search finds ten rows for that are as near as any, but for
/// rounding; counts of all of them.
int nearest_found(GraphIndex* index, int first_row, GraphCounts* counts) {
  constexpr int kQueries = 50;
  constexpr int kNear = 10;
  std::mt19937 random(5);
  int found = 0;
  for (int q = 0; q < kQueries; ++q) {
    const std::vector<float> query = random_query(index->dims, &random);
    double nearest = 2;
    for (int i = first_row; i < kRows; ++i) {
      nearest = std::min(nearest, index->distance(query.data(), i));
    }
    int near = 0;
    for (const Candidate& c : index->find(query.data(), 40, {}, counts)) {
      const int row = GraphIndex::number(c.row);
      CHECK(row >= first_row);
      near += index->distance(query.data(), row) <= nearest + kCosineRounding ? 1 : 0;
    }
    found += near >= kNear ? 1 : 0;
  }
  CHECK(counts->nodes <= 50 * kQueries);
  return found;
}

void remove_before(GraphIndex* index, int first_row) {
  static int end;
  end = first_row;
  RemovedRows rows{[](void*, RowId row) { return GraphIndex::number(row) < end; }, nullptr, 0, 0};
  for (PageId page = 1; page < index->store.size(); ++page) {
    REQUIRE(remove_graph_rows(index->store, index->model, page, &rows).ok());
  }
  REQUIRE(rows.removed == first_row);
}

/// Rows that are nodes of their own; a few more than directions, as rounding has borders.
void check_distinct(GraphIndex* index, int rows) {
  GraphSummary summary;
  CHECK(index->wrong(&summary) == nullptr);
  CHECK(summary.rows + summary.pending_rows == rows);
  CHECK(summary.nodes - summary.duplicates >= kDirections);
  CHECK(summary.nodes - summary.duplicates < 5 * kDirections);
}

TEST_CASE("by cosine, rows of one direction are duplicates, whatever their lengths") {
  for (const int dims : {16, 64, 384}) {
    CAPTURE(dims);
    GraphIndex index(Metric::kCosine, dims, rows_of_directions(dims));
    check_distinct(&index, kRows);
    GraphCounts counts{};
    CHECK(nearest_found(&index, 0, &counts) >= 49);

    // The first of each direction, and others.
    remove_before(&index, kRows / 2);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    counts = {};
    CHECK(nearest_found(&index, kRows / 2, &counts) >= 49);
    REQUIRE(index.rebuild_part().ok());
    check_distinct(&index, kRows / 2);
    counts = {};
    CHECK(nearest_found(&index, kRows / 2, &counts) >= 49);
  }
}

TEST_CASE("by other distances, rows of one direction are rows of their own") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index(metric, 64, rows_of_directions(64));
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.duplicates == 0);
  }
}

TEST_CASE("inserted rows of one direction are duplicates once the graph is rebuilt") {
  constexpr int kDims = 384;
  const std::vector<float> x = rows_of_directions(kDims);
  GraphIndex index(Metric::kCosine, kDims, {x.begin(), x.begin() + kDims * kDirections});
  for (int i = kDirections; i < kRows; ++i) {
    index.insert(i, x.data() + i * kDims);
  }
  index.x = x;
  for (const std::size_t memory : {std::size_t{0}, std::size_t{1}}) {
    index.memory = memory;
    REQUIRE(index.rebuild_part().ok());
    check_distinct(&index, kRows);
    GraphCounts counts{};
    CHECK(nearest_found(&index, 0, &counts) >= 49);
  }
}

TEST_CASE("shards: rows of one direction are duplicates") {
  constexpr int kDims = 384;
  GraphIndex index(Metric::kCosine, kDims, rows_of_directions(kDims), 16, 1);
  REQUIRE(index.status.ok());
  check_distinct(&index, kRows);
  GraphCounts counts{};
  CHECK(nearest_found(&index, 0, &counts) >= 49);
}

/// The pages that a search reads for a row that all but the last kCopies are of one direction with.
std::int64_t pages_read(GraphIndex* index, bool is_strict) {
  GraphQuery query;
  REQUIRE(prepare_search(index->model, index->vector(0), index->arena, &query));
  Candidates found(index->arena);
  GraphCounts counts{};
  const GraphLimits limits{.wanted = 10, .ef = 10, .filter = {}, .is_strict = is_strict};
  REQUIRE(
      search_graph(index->store, index->model, query, limits, &index->work, &found, &counts).ok());
  std::int64_t count;
  found.sorted(&count);
  CHECK(count >= 10);
  return counts.pages;
}

TEST_CASE("of rows of one direction as many are read as are asked for, by a strict search all") {
  std::vector<float> x = rows_of_directions(64);
  for (int i = 0; i < kRows - kCopies; ++i) {
    for (int j = 0; j < 64; ++j) {
      x[static_cast<std::size_t>(i * 64 + j)] = x[static_cast<std::size_t>(j)] * (1 + .001F * i);
    }
  }
  GraphIndex index(Metric::kCosine, 64, x);
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    CHECK(pages_read(&index, false) < 100);
    CHECK(pages_read(&index, true) > (kRows - kCopies) / 2);
    REQUIRE(index.rebuild_part().ok());
  }
}

TEST_CASE("rows of nearly one direction are found where rerank vectors do not tell them apart") {
  constexpr int kNearly = 300;
  constexpr int kDims = 250;
  std::vector<float> x = rows_of_directions(kDims);
  std::mt19937 random(6);
  std::normal_distribution<float> normal(1, 2e-5F);
  for (int i = 1; i < kNearly; ++i) {
    std::transform(x.begin(), x.begin() + kDims, x.begin() + i * kDims,
                   [&](float element) { return element * normal(random); });
  }
  GraphIndex index(Metric::kCosine, kDims, x);
  REQUIRE(index.rebuild_part().ok());
  check_distinct(&index, kRows);
  int found = 0;
  for (int i = 0; i < kNearly; ++i) {
    const auto rows = index.find(index.vector(i), 10);
    found += std::any_of(rows.begin(), rows.end(),
                         [i](const Candidate& c) { return c.row == GraphIndex::row(i); });
  }
  CHECK(found == kNearly);
}

TEST_CASE("of rows of one direction, those of a set are found") {
  GraphIndex index(Metric::kCosine, 64, rows_of_directions(64));
  REQUIRE(load_node_rows(index.store, index.arena, &index.model).ok());
  for (int only = 0; only < kRows; only += 97) {
    CAPTURE(only);
    TestArena arena;
    RowBits bits(arena);
    const RowId row = GraphIndex::row(only);
    const std::uint16_t line = row.line;
    REQUIRE(bits.add(row.page, &line, 1));
    for (const bool is_walked : {false, true}) {
      RowFilter filter = bits.filter();
      filter.each = is_walked ? nullptr : filter.each;
      const auto found = index.find(index.vector(only % kDirections), 40, filter);
      REQUIRE(found.size() == 1);
      CHECK(found[0].row == row);
    }
  }
}

TEST_CASE("values of one direction and any length are equal in a flat graph by cosine") {
  const Class of{Element::kSparse, Metric::kCosine, 1000, 20};
  const auto directions = flat_values(of, 200);
  std::mt19937 random(7);
  std::uniform_real_distribution<float> length(.1F, 10);
  std::vector<Value> values;
  for (int i = 0; i < 6000; ++i) {
    Value value = directions[static_cast<std::size_t>(i) % directions.size()];
    const std::size_t elements = (value.size() - sizeof(SparsevecLayout)) / 8;
    auto* x = reinterpret_cast<float*>(value.data() + value.size()) - elements;
    const float by = length(random);
    std::for_each(x, x + elements, [by](float& element) { element *= by; });
    values.push_back(value);
  }
  FlatIndex index(of, values);
  GraphSummary summary;
  CHECK(index.wrong(&summary) == nullptr);
  CHECK(summary.nodes - summary.duplicates < 500);
  int nearest = 0;
  for (const Value& query : flat_values({Element::kSparse, Metric::kCosine, 1000, 40}, 50)) {
    double best = 2;
    for (const Value& value : directions) {
      best = std::min(best, index.distance(query, value));
    }
    nearest += index.find(query, 40)[0].bound <= best + kCosineRounding ? 1 : 0;
  }
  CHECK(nearest >= 48);
}

}  // namespace
}  // namespace vecext::test::directions_test
