// Searches near a place whose rows VACUUM has removed: their nodes stay until the graph is rebuilt.
#include "core/filter/row_bits.h"
#include "core/graph/format/node_rows.h"
#include "flat_index.h"
#include "graph_index.h"

namespace vecext::test::removed_rows_test {
namespace {

constexpr int kDims = 64;
constexpr int kRows = 8000;
constexpr int kRemoved = 1500;  // the first rows, all near the origin
constexpr int kNear = 10;

/// Uniform rows around the origin, the first of them close to it, and each of those so many times.
std::vector<float> rows_around_removed(int copies) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> x(static_cast<std::size_t>(kRows) * kDims);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = uniform(random) * (i < static_cast<std::size_t>(kRemoved) * kDims ? 0.1F : 1.0F);
  }
  for (int i = 0; i < kRemoved; ++i) {
    std::copy_n(x.begin() + (i - i % copies) * kDims, kDims, x.begin() + i * kDims);
  }
  return x;
}

/// Removes the first rows.
template <class Index>
void remove_near(Index* index) {
  RemovedRows rows{[](void*, RowId row) { return Index::number(row) < kRemoved; }, nullptr, 0, 0};
  for (PageId page = 1; page < index->store.size(); ++page) {
    REQUIRE(remove_graph_rows(index->store, index->model, page, &rows).ok());
  }
  REQUIRE(rows.removed == kRemoved);
}

/// How many of the nearest of the rows that are left, by distance(row), were found.
template <class Distance>
int hits(Candidates* found, const Distance& distance) {
  std::vector<std::pair<double, int>> near;
  for (int i = kRemoved; i < kRows; ++i) {
    near.emplace_back(distance(i), i);
  }
  std::partial_sort(near.begin(), near.begin() + kNear, near.end());
  std::int64_t count;
  const Candidate* rows = found->sorted(&count);
  int of_nearest = 0;
  for (int k = 0; k < kNear; ++k) {
    of_nearest += std::any_of(rows, rows + count, [&](const Candidate& c) {
      return GraphIndex::number(c.row) == near[static_cast<std::size_t>(k)].second;
    });
  }
  return of_nearest;
}

/// The limits of a search for a recall, where the slack is that of the graph without those rows.
GraphLimits limits_of(float slack) {
  return {.wanted = kNear,
          .ef = kNear,
          .filter = {},
          .slack = {slack, slack},
          .fewest_visits = kFewestVisits};
}

TEST_CASE("a search of a flat graph near removed rows goes on to the rows that are left") {
  for (const int copies : {1, 2}) {
    const Class of{Element::kFloat, Metric::kL1, kDims};
    const std::vector<float> x = rows_around_removed(copies);
    std::vector<Value> values;
    for (int i = 0; i < kRows; ++i) {
      const auto* bytes = reinterpret_cast<const std::byte*>(x.data() + std::size_t{kDims} * i);
      values.emplace_back(bytes, bytes + kDims * sizeof(float));
    }
    FlatIndex index(of, values);
    remove_near(&index);
    int found_rows = 0;
    constexpr int kQueries = 20;
    for (int q = 0; q < kQueries; ++q) {
      const Value& query = values[static_cast<std::size_t>(q)];
      Candidates found(index.arena);
      GraphCounts counts{};
      REQUIRE(search_flat(index.store, index.model, query.data(), limits_of(0.5F), &index.work,
                          index.arena, &found, &counts)
                  .ok());
      found_rows += hits(&found, [&](int i) {
        return index.distance(query, values[static_cast<std::size_t>(i)]);
      });
    }
    CHECK(found_rows > kQueries * kNear * 0.9);
  }
}

TEST_CASE("a search of a graph near removed rows goes on to the rows that are left") {
  for (const int copies : {1, 2}) {
    GraphIndex index(Metric::kL2, kDims, rows_around_removed(copies));
    remove_near(&index);
    int found_rows = 0;
    constexpr int kQueries = 20;
    for (int q = 0; q < kQueries; ++q) {
      GraphQuery prepared;
      REQUIRE(prepare_search(index.model, index.vector(q), index.arena, &prepared));
      Candidates found(index.arena);
      GraphCounts counts{};
      REQUIRE(search_graph(index.store, index.model, prepared, limits_of(0.3F), &index.work, &found,
                           &counts)
                  .ok());
      found_rows += hits(&found, [&](int i) { return index.distance(index.vector(q), i); });
    }
    CHECK(found_rows > kQueries * kNear * 0.95);
  }
}

TEST_CASE("nodes of removed rows whose ids are of new rows of the set keep no nearer row out") {
  GraphIndex index(Metric::kL2, kDims, rows_around_removed(1));
  remove_near(&index);
  const std::vector<float> far(kDims, 5);
  for (int i = 0; i < kRemoved; ++i) {
    index.insert(i, far.data());
  }
  // Every second row.
  RowBits set(index.arena);
  for (std::uint32_t page = 0; page < kRows / 50; ++page) {
    std::vector<std::uint16_t> lines;
    for (std::uint16_t line = 1; line <= 50; line += 2) {
      lines.push_back(line);
    }
    REQUIRE(set.add(page, lines.data(), static_cast<std::int32_t>(lines.size())));
  }
  REQUIRE(load_node_rows(index.store, index.arena, &index.model).ok());
  int found_rows = 0;
  constexpr int kQueries = 20;
  for (int q = 0; q < kQueries; ++q) {
    GraphCounts counts{};
    GraphQuery prepared;
    REQUIRE(prepare_search(index.model, index.vector(q), index.arena, &prepared));
    Candidates found(index.arena);
    REQUIRE(search_graph(index.store, index.model, prepared, {kNear, kNear, set.filter()},
                         &index.work, &found, &counts)
                .ok());
    CHECK(counts.removed > 0);
    found_rows += hits(&found, [&](int i) {
      return i % 2 == 0 ? index.distance(index.vector(q), i)
                        : std::numeric_limits<double>::infinity();
    });
  }
  CHECK(found_rows > kQueries * kNear * 0.95);
}

}  // namespace
}  // namespace vecext::test::removed_rows_test
