// A graph that was built in shards, within less memory than all of it takes.
#include "core/graph/external/shards.h"

#include <random>

#include "graph_index.h"

namespace vecext::test::shards_test {
namespace {

constexpr int kDims = 24;
constexpr int kRows = 20000;
/// A tenth of what the whole graph takes, or so.
constexpr std::size_t kSmall = 4 << 20;

/// Finds every row by its rerank vector; equal ones are asked for together.
void check_rows(GraphIndex* index, int step, int ef) {
  int missed = 0;
  for (int i = 0; i < index->rows(); i += step) {
    const auto near = index->find(index->vector(i), ef);
    missed += std::none_of(near.begin(), near.end(),
                           [&](const Candidate& c) { return c.row == GraphIndex::row(i); });
  }
  CHECK(missed <= index->rows() / step / 100);
}

void check_whole(GraphIndex* index) {
  REQUIRE(index->status.ok());
  GraphSummary summary;
  CHECK(index->wrong(&summary) == nullptr);
  CHECK(summary.nodes == index->rows());
  CHECK(summary.rows == index->rows());
  CHECK(index->temp_files.open() == 0);
}

TEST_CASE("shards: a graph is nearly as good as one made at once") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex whole(metric, kDims, graph_rows(kRows, kDims));
    GraphIndex index(metric, kDims, graph_rows(kRows, kDims), 16, kSmall);
    check_whole(&index);
    CHECK(index.model.meta.parts[kMain].entries > 200);
    const double least = whole.recall(40, 10, 40) - .03;
    CHECK(index.recall(40, 10, 40) > least);
    if (metric != Metric::kInnerProduct) {
      check_rows(&index, 50, 10);
    }
  }
}

TEST_CASE("shards: wide vectors, long lists") {
  GraphIndex index(Metric::kL2, 250, graph_rows(4000, 250), 32, kSmall);
  check_whole(&index);
  CHECK(index.recall(30, 10, 60) > .97);
}

TEST_CASE("shards: the same rows make the same pages") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(8000, kDims), 16, kSmall);
  GraphIndex again(Metric::kL2, kDims, graph_rows(8000, kDims), 16, kSmall);
  check_whole(&index);
  REQUIRE(again.store.size() == index.store.size());
  for (PageId page = 0; page < again.store.size(); ++page) {
    CHECK(std::equal(again.store.bytes(page), again.store.bytes(page) + kPageSize,
                     index.store.bytes(page)));
  }
}

TEST_CASE("shards: rows that are all alike") {
  std::vector<float> x;
  for (int i = 0; i < kRows; ++i) {
    x.insert(x.end(), {1, 2, 3, 4, 5, 6, 7, 8});
  }
  GraphIndex index(Metric::kL2, 8, x, 16, 1);
  check_whole(&index);
  CHECK(index.find(index.vector(0), kRows).size() == kRows);
  CHECK(index.find(index.vector(0), 10).size() >= 10);
}

/// Rows of which every second one is a copy of another one, anywhere.
std::vector<float> copied_rows(int n) {
  std::vector<float> x = graph_rows(n, kDims);
  std::mt19937 random(5);
  for (int i = 1; i < n; i += 2) {
    const int other = static_cast<int>(random() % static_cast<unsigned>(n / 2)) * 2;
    std::copy_n(x.begin() + other * kDims, kDims, x.begin() + i * kDims);
  }
  return x;
}

TEST_CASE("shards: every second row is a copy of another one") {
  GraphIndex index(Metric::kL2, kDims, copied_rows(kRows), 16, kSmall);
  check_whole(&index);
  GraphSummary summary;
  CHECK(index.wrong(&summary) == nullptr);
  CHECK(summary.duplicates == kRows / 2);
  check_rows(&index, 50, 30);
}

// The files of many pieces take memory that their rows were planned to have.
TEST_CASE("shards: copies stay together where a piece is too large for memory") {
  constexpr int kMany = 3 * kRows;
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    static int used;
    used = threads;
    GraphIndex index(Metric::kL2, kDims, copied_rows(kMany), 16, 1,
                     [](GraphIndex* built) { built->construction.parallel.threads = used; });
    check_whole(&index);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.duplicates == kMany / 2);
    check_rows(&index, 200, 30);
  }
}

TEST_CASE("shards: one vector makes up half of the rows") {
  std::vector<float> x = graph_rows(kRows, kDims);
  for (int i = 1; i < kRows; i += 2) {
    std::copy_n(x.begin(), kDims, x.begin() + i * kDims);
  }
  GraphIndex index(Metric::kL2, kDims, x, 16, 1);
  check_whole(&index);
  CHECK(index.find(index.vector(0), kRows / 2 + 1).size() >= kRows / 2 + 1);
}

TEST_CASE("shards: rows in the order of their clusters, few far from all others") {
  std::vector<float> mixed = graph_rows(kRows, kDims);
  std::vector<float> x;
  for (int cluster = 0; cluster < 20; ++cluster) {
    for (int i = cluster; i < kRows; i += 20) {
      x.insert(x.end(), mixed.begin() + i * kDims, mixed.begin() + (i + 1) * kDims);
    }
  }
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < kDims; ++j) {
      x[static_cast<std::size_t>(i * 700 * kDims + j)] += 1e4F;
    }
  }
  GraphIndex index(Metric::kL2, kDims, x, 16, kSmall);
  check_whole(&index);
  check_rows(&index, 70, 10);
}

TEST_CASE("shards: a sample that says nothing of the other rows") {
  std::vector<float> x = graph_rows(kRows, kDims);
  for (int i = 0; i < kRows; ++i) {
    if (i % 10 == 0) {
      std::fill_n(x.begin() + i * kDims, kDims, 0.5F);
    }
  }
  GraphIndex index(Metric::kL2, kDims, x, 16, 1);
  check_whole(&index);
}

TEST_CASE("shards: files that are full end the build") {
  constexpr int kMany = 1 << 20;
  static int calls;
  const auto build = [](int most) {
    calls = most;
    return GraphIndex(Metric::kL2, kDims, graph_rows(6000, kDims), 16, 1,
                      [](GraphIndex* index) { index->temp_files.fill_after(calls); });
  };
  const GraphIndex whole = build(kMany);
  REQUIRE(whole.status.ok());
  const int needed = kMany - whole.temp_files.calls_left();
  REQUIRE(needed > 10);
  for (int most = 0; most < needed; most += needed / 10) {
    CAPTURE(most);
    CHECK(build(most).status.code == StatusCode::kOutOfMemory);
  }
}

TEST_CASE("shards: stopped at any poll") {
  static int left;
  int polls = 0;
  for (StatusCode code = StatusCode::kCancelled; code != StatusCode::kOk;
       polls += polls < 20 ? 1 : polls / 4) {
    CAPTURE(polls);
    left = polls;
    const GraphIndex index(
        Metric::kL2, kDims, graph_rows(6000, kDims), 16, 1, [](GraphIndex* built) {
          built->construction.parallel.stop = [](void*, std::size_t) { return left-- == 0; };
        });
    code = index.status.code;
    CHECK((code == StatusCode::kOk || code == StatusCode::kCancelled));
    if (left > 0) {
      break;
    }
  }
  CHECK(polls > 40);
}

TEST_CASE("shards: a graph is rebuilt within little memory") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index(metric, kDims, graph_rows(6000, kDims));
    const std::vector<float> all = graph_rows(12000, kDims);
    for (int i = 6000; i < 12000; ++i) {
      index.insert(i, all.data() + i * kDims);
    }
    RemovedRows rows{[](void*, RowId row) { return GraphIndex::number(row) % 3 == 0; }, nullptr, 0,
                     0};
    for (PageId page = 1; page < index.store.size(); ++page) {
      REQUIRE(remove_graph_rows(index.store, index.model, page, &rows).ok());
    }
    index.memory = 1 << 20;
    REQUIRE(index.rebuild_part().ok());
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows == 8000);
    CHECK(summary.nodes == 8000);
    CHECK(summary.pending_rows == 0);
    CHECK(index.temp_files.open() == 0);
    // The largest inner product of a row is not with itself.
    int found = metric == Metric::kInnerProduct ? 800 : 0;
    for (int i = 0; i < 12000 && metric != Metric::kInnerProduct; i += 10) {
      const auto near = index.find(all.data() + i * kDims, 40);
      found += static_cast<int>(std::count_if(near.begin(), near.end(), [i](const Candidate& c) {
        return c.row == GraphIndex::row(i);
      }));
    }
    CHECK(found >= 790);
    CHECK(found <= 800);
  }
}

TEST_CASE("shards: a change within little memory that stops at any moment loses nothing") {
  const auto changed = [] {
    GraphIndex index(Metric::kL2, kDims, graph_rows(1500, kDims));
    const std::vector<float> all = graph_rows(3000, kDims);
    for (int i = 1500; i < 3000; ++i) {
      index.insert(i, all.data() + i * kDims);
    }
    index.memory = 1;
    return index;
  };
  constexpr int kMany = 1 << 20;
  GraphIndex whole = changed();
  whole.store.stop_after(kMany);
  REQUIRE(whole.rebuild_part().ok());
  const int commits = kMany - whole.store.commits_left();
  for (int n = 0; n < commits; n += commits / 12) {
    CAPTURE(n);
    GraphIndex index = changed();
    index.store.stop_after(n);
    (void)index.rebuild_part();
    index.store.stop_after(kMany);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows + summary.pending_rows == 3000);
    REQUIRE(index.rebuild_part().ok());
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows == 3000);
  }
}

TEST_CASE("shards: of a graph of which nothing is left") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(3000, kDims));
  RemovedRows rows{[](void*, RowId) { return true; }, nullptr, 0, 0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_graph_rows(index.store, index.model, page, &rows).ok());
  }
  index.memory = 1;
  REQUIRE(index.rebuild_part().ok());
  CHECK(index.model.nodes() == 0);
  CHECK(index.wrong() == nullptr);
}

}  // namespace
}  // namespace vecext::test::shards_test
