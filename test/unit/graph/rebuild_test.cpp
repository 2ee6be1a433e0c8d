// A graph made again of what is in its index.
#include "graph_index.h"

namespace vecext::test::rebuild_test {
namespace {

constexpr int kDims = 24;
constexpr int kRows = 600;
constexpr int kMore = 900;

/// Of kRows rows, with more inserted up to kMore and every third removed.
GraphIndex changed_index(Metric metric) {
  GraphIndex index(metric, kDims, graph_rows(kRows, kDims));
  const std::vector<float> more = graph_rows(kMore, kDims);
  for (int i = kRows; i < kMore; ++i) {
    index.insert(i, more.data() + i * kDims);
  }
  RemovedRows rows{[](void*, RowId row) { return GraphIndex::number(row) % 3 == 0; }, nullptr, 0,
                   0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_graph_rows(index.store, index.model, page, &rows).ok());
  }
  return index;
}

void check_rows(GraphIndex* index) {
  const std::vector<float> all = graph_rows(kMore, kDims);
  int found = 0;
  for (int i = 0; i < kMore; ++i) {
    const auto near = index->find(all.data() + i * kDims, 40);
    const auto is_i = [i](const Candidate& c) { return c.row == GraphIndex::row(i); };
    const auto times = std::count_if(near.begin(), near.end(), is_i);
    CHECK(times <= (i % 3 == 0 ? 0 : 1));
    found += static_cast<int>(times);
  }
  CHECK(found >= kMore * 2 / 3 - 3);
}

TEST_CASE("a graph takes in its pending rows and is rid of its dead ones") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index = changed_index(metric);
    const std::uint64_t changes = index.model.meta.head.changes;
    REQUIRE(index.rebuild_part().ok());
    CHECK(index.model.meta.head.changes == changes + 1);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.nodes == kMore * 2 / 3);
    CHECK(summary.rows == kMore * 2 / 3);
    CHECK(summary.pending_rows == 0);
    check_rows(&index);
  }
}

TEST_CASE("pending rows become a delta graph, which the main one takes in") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index = changed_index(metric);
    const std::vector<float> all = graph_rows(kMore + 40, kDims);
    GraphSummary summary;
    // The second delta graph has the rows of the first.
    for (int i = kMore; i <= kMore + 20; i += 20) {
      REQUIRE(index.rebuild_part(Rebuilt::kDelta).ok());
      CHECK(index.wrong(&summary) == nullptr);
      CHECK(index.model.meta.parts[kMain].nodes == kRows);
      CHECK(static_cast<int>(index.model.meta.parts[kDelta].nodes) ==
            (kMore - kRows) * 2 / 3 + i - kMore);
      CHECK(summary.rows == kMore * 2 / 3 + i - kMore);
      CHECK(summary.pending_rows == 0);
      check_rows(&index);
      for (int j = i; j < i + 20; ++j) {
        index.insert(j, all.data() + j * kDims);
      }
      CHECK(index.wrong(&summary) == nullptr);
      CHECK(summary.pending_rows == 20);
    }
    REQUIRE(index.rebuild_part().ok());
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(index.model.meta.parts[kDelta].nodes == 0);
    CHECK(summary.nodes == kMore * 2 / 3 + 40);
    check_rows(&index);
  }
}

TEST_CASE("the main graph is rid of its dead nodes beside a delta graph that stays") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index = changed_index(metric);
    const std::vector<float> all = graph_rows(kMore + 20, kDims);
    REQUIRE(index.rebuild_part(Rebuilt::kDelta).ok());
    const GraphMeta before = index.model.meta;
    for (int i = kMore; i < kMore + 20; ++i) {
      index.insert(i, all.data() + i * kDims);
    }
    REQUIRE(index.rebuild_part(Rebuilt::kMain).ok());
    const GraphMeta& now = index.model.meta;
    CHECK(now.parts[kMain].nodes == kRows * 2 / 3 + 20);
    CHECK(now.parts[kDelta].nodes == (kMore - kRows) * 2 / 3);
    CHECK(now.parts[kDelta].chain == before.parts[kDelta].chain);
    CHECK(now.scale == before.scale);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows == kMore * 2 / 3 + 20);
    CHECK(summary.pending_rows == 0);
    check_rows(&index);
  }
}

TEST_CASE("a graph of other lengths than before codes rows at another scale") {
  std::vector<float> longer = graph_rows(kRows, kDims);
  for (float& x : longer) {
    x *= 8;
  }
  GraphIndex index(Metric::kL2, kDims, longer);
  const GraphPart before = index.model.meta.parts[kMain];
  const std::vector<float> rows = graph_rows(2 * kRows, kDims);
  for (int i = kRows; i < 2 * kRows; ++i) {
    index.insert(i, rows.data() + i * kDims);
  }
  RemovedRows removed{[](void*, RowId row) { return GraphIndex::number(row) < kRows; }, nullptr, 0,
                      0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_graph_rows(index.store, index.model, page, &removed).ok());
  }
  REQUIRE(index.rebuild_part().ok());
  const GraphPart now = index.model.meta.parts[kMain];
  REQUIRE(now.entry_scale < before.entry_scale);
  for (int i = 0; i < 60; ++i) {
    // Every second one comes from somebody who does not know of the change yet.
    index.model.meta.parts[kMain] = i % 2 == 0 ? before : now;
    index.insert(i, rows.data() + i * kDims);
  }
  index.model.meta.parts[kMain] = now;
  for (int i = 0; i < 60; ++i) {
    CAPTURE(i);
    const auto near = index.find(rows.data() + i * kDims, 10);
    REQUIRE(!near.empty());
    CHECK(near[0].row == GraphIndex::row(i));
  }
}

/// Rows around the origin, width 1, every fifth one moved by `far` in each dimension.
std::vector<float> two_clusters(int n, int dims, float far) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-0.5F, 0.5F);
  std::vector<float> x;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < dims; ++j) {
      x.push_back(uniform(random) + (i % 5 == 0 ? far : 0));
    }
  }
  return x;
}

TEST_CASE("two far clusters of which one lies around the origin are both found") {
  for (const float far : {1e3F, 1e4F, 1e5F}) {
    CAPTURE(far);
    // The index knew of no rows when its space was chosen.
    GraphIndex index(Metric::kL2, 16, {});
    index.x = two_clusters(5000, 16, far);
    for (int i = 0; i < index.rows(); ++i) {
      index.insert(i, index.vector(i));
    }
    REQUIRE(index.rebuild_part().ok());
    int found = 0;
    for (int i = 0; i < 200; ++i) {
      for (const Candidate& c : index.find(index.vector(i), 40)) {
        found += c.row == GraphIndex::row(i) ? 1 : 0;
      }
    }
    CHECK(found >= 196);
  }
}

TEST_CASE("rows far from the origin, but centered, are found without visits to all") {
  std::vector<float> rows = two_clusters(3000, kDims, 0);
  for (float& x : rows) {
    x += 1000;
  }
  GraphIndex index(Metric::kL2, kDims, rows);
  GraphCounts counts{};
  for (int i = 0; i < 20; ++i) {
    index.find(index.vector(i), 20, {}, &counts);
  }
  CHECK(counts.nodes < 20 * 600);
}

/// Pages of an index without a delta graph, at most: of nodes, of their codes, in blocks and one by
/// one, two of the stream, one of pending rows, the meta page.
std::size_t most_pages(const GraphIndex& index) {
  const std::size_t nodes = index.model.nodes();
  const auto slots = static_cast<std::size_t>(index.model.layout.slots);
  const auto blocks =
      static_cast<std::size_t>(NodeBlock<std::byte>::of_page(index.model.code_bytes()));
  const std::size_t lanes = blocks * kBlockLanes;
  const auto records = static_cast<std::size_t>(index.model.records_layout().of_page());
  return (nodes + slots - 1) / slots + (nodes + lanes - 1) / lanes +
         (nodes + records - 1) / records + 4;
}

TEST_CASE("a rebuilt graph leaves no page unused but free ones, and does not grow for ever") {
  GraphIndex index = changed_index(Metric::kL2);
  REQUIRE(index.rebuild_part().ok());
  std::size_t free = 0;
  for (PageId page = 1; page < index.store.size(); ++page) {
    free += check_page(index.store.bytes(page), PageKind::kFree).ok() ? 1 : 0;
  }
  CHECK(index.store.released.size() == free);
  CHECK(index.store.size() - free <= most_pages(index));
}

TEST_CASE("no page of an old graph stays, whatever the rows' lengths") {
  for (const float length : {0.01F, 1.0F, 4.0F, 64.0F, 1024.0F}) {
    CAPTURE(length);
    std::vector<float> x = graph_rows(kRows, kDims);
    for (float& value : x) {
      value *= length;
    }
    GraphIndex index(Metric::kL2, kDims, x);
    REQUIRE(index.rebuild_part().ok());
    int old = 0;
    for (PageId page = 1; page < index.store.size(); ++page) {
      const std::byte* bytes = index.store.bytes(page);
      old += check_page(bytes, PageKind::kNodes).ok() && !is_page_of_graph(index.model, bytes);
    }
    CHECK(old == 0);
  }
}

TEST_CASE("a graph of which nothing is left is rebuilt as well") {
  GraphIndex index(Metric::kL2, kDims, graph_rows(50, kDims));
  RemovedRows rows{[](void*, RowId) { return true; }, nullptr, 0, 0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_graph_rows(index.store, index.model, page, &rows).ok());
  }
  REQUIRE(index.rebuild_part().ok());
  CHECK(index.model.nodes() == 0);
  CHECK(index.wrong() == nullptr);
  CHECK(index.find(index.vector(0), 10).empty());
  index.insert(3, index.vector(3));
  REQUIRE(index.rebuild_part().ok());
  CHECK(index.find(index.vector(3), 10)[0].row == GraphIndex::row(3));
}

TEST_CASE("a graph made again is written once more, unless rows have come meanwhile") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index = changed_index(metric);
    const std::uint64_t changes = index.model.meta.head.changes;
    RebuiltGraph graph;
    REQUIRE(index.rebuild_part(Rebuilt::kBoth, &graph).ok());
    REQUIRE(graph.is_in_memory);
    const float scale = index.model.meta.scale;
    const std::uint32_t chain = index.model.meta.parts[kMain].chain;
    REQUIRE(index.move(graph).ok());
    CHECK(index.model.meta.head.changes == changes + 2);
    CHECK(index.model.meta.scale == scale);
    CHECK(index.model.meta.parts[kMain].chain != chain);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.nodes == kMore * 2 / 3);
    check_rows(&index);

    REQUIRE(index.rebuild_part(Rebuilt::kBoth, &graph).ok());
    const std::vector<float> all = graph_rows(kMore + 40, kDims);
    for (int i = kMore; i < kMore + 40; ++i) {
      index.insert(i, all.data() + i * kDims);
    }
    CHECK(index.move(graph).code == StatusCode::kStale);
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.pending_rows == 40);
    for (int i = kMore; metric != Metric::kInnerProduct && i < kMore + 40; ++i) {
      CHECK(index.find(all.data() + i * kDims, 40)[0].row == GraphIndex::row(i));
    }
    REQUIRE(index.rebuild_part().ok());
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.nodes == kMore * 2 / 3 + 40);
  }
}

/// Stops a change, a Status, after every seventh of its records.
template <class Change>
void check_stops(const Change& change) {
  int commits = 0;
  {
    GraphIndex index = changed_index(Metric::kL2);
    constexpr int kMany = 1 << 20;
    index.store.stop_after(kMany);
    REQUIRE(change(&index).ok());
    commits = kMany - index.store.commits_left();
  }
  for (int n = 0; n < commits; n += 7) {
    CAPTURE(n);
    GraphIndex index = changed_index(Metric::kL2);
    index.store.stop_after(n);
    (void)change(&index);
    index.store.stop_after(1 << 20);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows + summary.pending_rows == kMore * 2 / 3);
    REQUIRE(index.rebuild_part().ok());
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows == kMore * 2 / 3);
    // Pages that were never made are in nobody's way: the server gives them out again.
    std::size_t free = 0;
    for (PageId page = 1; page < index.store.size(); ++page) {
      const std::byte* bytes = index.store.bytes(page);
      free += check_page(bytes, PageKind::kFree).ok() || page_tail(bytes)->mark == 0 ? 1 : 0;
    }
    CHECK(index.store.size() - free <= most_pages(index));
  }
}

TEST_CASE("a change of a graph that stops at any moment loses nothing, and the next one works") {
  for (const Rebuilt part : {Rebuilt::kDelta, Rebuilt::kMain, Rebuilt::kBoth}) {
    CAPTURE(static_cast<int>(part));
    check_stops([part](GraphIndex* index) { return index->rebuild_part(part); });
  }
  check_stops([](GraphIndex* index) {
    RebuiltGraph graph;
    const Status status = index->rebuild_part(Rebuilt::kBoth, &graph);
    return status.ok() ? index->move(graph) : status;
  });
}

TEST_CASE("pending rows whose pages go in a circle are refused by all who walk there") {
  GraphIndex index = changed_index(Metric::kL2);
  const PageId first = index.model.meta.pending;
  const PageId second = page_head(index.store.bytes(first))->next;
  REQUIRE(second != kNoPage);
  page_head(index.store.bytes(second))->next = first;
  GraphQuery query;
  REQUIRE(prepare_search(index.model, index.vector(0), index.arena, &query));
  Candidates found(index.arena);
  GraphCounts counts{};
  CHECK(search_graph(index.store, index.model, query, {20, 20, {}}, &index.work, &found, &counts)
            .code == StatusCode::kCorrupt);
  PendingRow pending;
  const std::vector<float> moved(static_cast<std::size_t>(index.model.dims()));
  REQUIRE(make_pending(index.model, moved.data(), GraphIndex::row(kMore), index.arena, &pending));
  PageId tail = first;
  std::uint32_t pages;
  CHECK(insert_pending(index.store, index.model, pending, &tail, &pages).code ==
        StatusCode::kCorrupt);
  CHECK(free_unused(index.store, index.model, index.arena).code == StatusCode::kCorrupt);
  CHECK(index.rebuild_part().code == StatusCode::kCorrupt);
}

}  // namespace
}  // namespace vecext::test::rebuild_test
