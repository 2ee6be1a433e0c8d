// The index of a graph from end to end: build, search, insert, remove, check.
#include "graph_index.h"

#include <cmath>
#include <string>

#include "moved_image.h"

namespace vecext::test::graph_index_test {
namespace {

constexpr Metric kMetrics[] = {Metric::kL2, Metric::kInnerProduct, Metric::kCosine};

TEST_CASE("a search of a graph finds the nearest rows") {
  for (const Metric metric : kMetrics) {
    for (const int dims : {3, 24, 250}) {
      CAPTURE(static_cast<int>(metric));
      CAPTURE(dims);
      GraphIndex index(metric, dims, graph_rows(3000, dims));
      GraphSummary summary;
      CHECK(index.wrong(&summary) == nullptr);
      CHECK(summary.rows == 3000);
      CHECK(index.recall(30, 10, 60) > 0.97);
    }
  }
}

TEST_CASE("a model of an image finds the rows that the loaded one finds") {
  for (const Metric metric : kMetrics) {
    GraphIndex index(metric, 24, graph_rows(3000, 24));
    REQUIRE(load_node_rows(index.store, index.arena, &index.model).ok());
    const auto rows_of = [&] {
      std::vector<RowId> rows;
      for (int i = 0; i < 20; ++i) {
        for (const Candidate& c : index.find(index.vector(i), 30)) {
          rows.push_back(c.row);
        }
      }
      return rows;
    };
    const std::vector<RowId> expected = rows_of();
    const GraphNodeRows rows = moved_image<GraphNodeRows>(index.model, &index.arena);
    const GraphStreams streams = moved_image(streams_of(index.model), &index.arena);
    index.model = {};
    set_streams(streams, &index.model);
    static_cast<GraphNodeRows&>(index.model) = rows;
    CHECK(rows_of() == expected);
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
  }
}

TEST_CASE("bounds of a graph's candidates hold the scores of their rows") {
  for (const Metric metric : kMetrics) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex index(metric, 24, graph_rows(1000, 24));
    const auto found = index.find(index.vector(5), 100);
    CHECK(found.size() >= 100);
    for (const Candidate& c : found) {
      const double score =
          score_of_distance(metric, index.distance(index.vector(5), GraphIndex::number(c.row)));
      CHECK(c.bound <= score);
      CHECK(c.upper >= score);
    }
  }
}

TEST_CASE("a graph has few rows, or none") {
  for (const int n : {0, 1, 2, 10, 40}) {
    CAPTURE(n);
    GraphIndex index(Metric::kL2, 8, graph_rows(n, 8));
    CHECK(index.wrong() == nullptr);
    const std::vector<float> query(8, 0.5F);
    CHECK(index.find(query.data(), 50).size() == static_cast<std::size_t>(n));
  }
}

TEST_CASE("rows of equal vectors are all found, as many as are asked for") {
  std::vector<float> x = graph_rows(500, 8);
  for (int i = 100; i < 400; ++i) {
    std::copy_n(x.begin(), 8, x.begin() + i * 8);
  }
  GraphIndex index(Metric::kL2, 8, x);
  GraphSummary summary;
  CHECK(index.wrong(&summary) == nullptr);
  CHECK(summary.duplicates == 300);
  CHECK(index.find(index.vector(0), 301).size() == 301);
  CHECK(index.find(index.vector(0), 10).size() >= 10);
  CHECK(index.find(index.vector(450), 500).size() == 500);
}

TEST_CASE("rows of extreme magnitude are among the candidates of every search") {
  for (const Metric metric : kMetrics) {
    CAPTURE(static_cast<int>(metric));
    std::vector<float> x = graph_rows(500, 8);
    for (int i = 0; i < 60; ++i) {
      std::fill_n(x.begin() + i * 8, 8, i % 2 == 0 ? 1e-40F : 2e38F);
    }
    GraphIndex index(metric, 8, x);
    const std::vector<float> more(8, 3e38F);
    index.insert(500, more.data());
    CHECK(index.wrong() == nullptr);
    for (const int k : {1, 10}) {
      int extreme = 0;
      for (const Candidate& c : index.find(index.vector(450), k)) {
        const int row = GraphIndex::number(c.row);
        extreme += row < 60 || row == 500 ? 1 : 0;
      }
      CHECK(extreme == 61);
    }
  }
}

TEST_CASE("rows inserted into a graph are found, rows removed are not") {
  GraphIndex index(Metric::kL2, 24, graph_rows(1000, 24));
  const std::vector<float> more = graph_rows(1300, 24);
  for (int i = 1000; i < 1300; ++i) {
    index.insert(i, more.data() + i * 24);
  }
  GraphSummary summary;
  CHECK(index.wrong(&summary) == nullptr);
  CHECK(summary.pending_rows == 300);
  for (int i = 1000; i < 1300; ++i) {
    CHECK(index.find(more.data() + i * 24, 10)[0].row == GraphIndex::row(i));
  }
  RemovedRows rows{[](void*, RowId row) { return GraphIndex::number(row) % 2 == 0; }, nullptr, 0,
                   0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_graph_rows(index.store, index.model, page, &rows).ok());
  }
  CHECK(rows.removed == 650);
  CHECK(rows.left == 650);
  CHECK(index.wrong(&summary) == nullptr);
  CHECK(summary.rows + summary.pending_rows == 650);
  for (int i = 0; i < 1300; i += 13) {
    const auto found = index.find(more.data() + i * 24, 60);
    CHECK(std::none_of(found.begin(), found.end(),
                       [](const Candidate& c) { return GraphIndex::number(c.row) % 2 == 0; }));
    if (i % 2 != 0) {
      CHECK(found[0].row == GraphIndex::row(i));
    }
  }
}

TEST_CASE("a filter is asked of every row of a graph") {
  GraphIndex index(Metric::kL2, 24, graph_rows(2000, 24));
  const RowFilter odd{[](const void*, const RowId* rows, std::int32_t n) {
                        std::uint32_t matches = 0;
                        for (std::int32_t i = 0; i < n; ++i) {
                          matches |= static_cast<std::uint32_t>(rows[i].line % 2) << i;
                        }
                        return matches;
                      },
                      nullptr};
  const auto found = index.find(index.vector(3), 20, odd);
  CHECK(found.size() >= 20);
  for (const Candidate& c : found) {
    CHECK(c.row.line % 2 == 1);
  }
}

TEST_CASE("wide vectors lie in pages as few as nodes fit") {
  const auto layout = [](int dims, int m) {
    GraphMeta meta{};
    meta.element = static_cast<std::uint8_t>(Element::kFloat);
    meta.dims = dims;
    meta.m = m;
    meta.metric = 0;
    CHECK(plan_graph(&meta));
    GraphModel model{};
    model.meta = meta;
    derive(&model);
    CHECK(static_cast<std::size_t>(model.layout.slots) * model.layout.slot_bytes <= kPayloadSize);
    return std::pair{model.layout.slots, meta.coded};
  };
  CHECK(layout(100, 16) == std::pair{8, 112});
  CHECK(layout(100, 32).first == 4);
  CHECK(layout(784, 16).first == 2);
  CHECK(layout(1536, 16) == std::pair{1, 1536});
  CHECK(layout(3072, 16).first == 1);
  CHECK(layout(4000, 16).first == 1);
  CHECK(layout(1, 2).second == 16);
  GraphMeta meta{};
  meta.element = static_cast<std::uint8_t>(Element::kFloat);
  meta.dims = 16000;
  meta.m = 16;
  CHECK(!plan_graph(&meta));
}

TEST_CASE("a damaged graph ends a search with an error or an answer") {
  GraphIndex index(Metric::kL2, 24, graph_rows(400, 24));
  const auto any_page = [&](int, std::mt19937& random) {
    return static_cast<PageId>(random() % index.store.size());
  };
  const int refused =
      refused_damage(&index, 3, any_page, [&](int round, GraphModel* model, Arena arena) {
        GraphQuery query;
        REQUIRE(prepare_search(*model, index.vector(round % 400), arena, &query));
        Candidates found(arena);
        Frontier work(arena);
        GraphCounts counts{};
        const Status status =
            search_graph(index.store, *model, query, {20, 20, {}}, &work, &found, &counts);
        GraphSummary summary;
        VerifyFinding finding;
        const Status verified = verify_graph(
            index.store, model, {GraphIndex::rerank_matches, &index}, arena, &summary, &finding);
        REQUIRE(verified.code != StatusCode::kOutOfMemory);
        if (verified.ok() && finding.what == nullptr) {
          REQUIRE(verify_lists(index.store, *model, arena, &finding).code !=
                  StatusCode::kOutOfMemory);
        }
        return status;
      });
  CHECK(refused > 0);
}

TEST_CASE("checking a graph finds a link out of the index, a cut pending list, other dimensions") {
  GraphIndex index(Metric::kL2, 24, graph_rows(400, 24));
  const std::vector<float> more = graph_rows(600, 24);
  for (int i = 400; i < 600; ++i) {
    index.insert(i, more.data() + i * 24);
  }
  CHECK(index.wrong() == nullptr);
  const GraphModel model = index.load();
  const PageId first = model.meta.pending;
  PageHead* head = page_head(index.store.bytes(first));
  const PageId next = head->next;
  REQUIRE(next != kNoPage);
  head->next = kNoPage;
  CHECK(index.wrong() != nullptr);
  head->next = next;
  GraphMeta* meta = graph_meta_of(index.store.bytes(kMetaPage));
  meta->pending_tail = 1;
  CHECK(index.wrong() != nullptr);
  *meta = model.meta;
  const NodeId entry = model.entries[kMain].nodes[0];
  NodeId* neighbors = node_slot(index.store.bytes(model.layout.page_of(entry)), model.layout,
                                model.layout.slot_of(entry))
                          .neighbors();
  const NodeId before = neighbors[0];
  neighbors[0] = 1'000'000;
  CHECK(index.wrong() != nullptr);
  neighbors[0] = before;
  CHECK(index.wrong() == nullptr);
  meta->rotated += 1;
  GraphModel loaded{};
  CHECK(load_graph(index.store, index.arena, &loaded).code == StatusCode::kCorrupt);
}

}  // namespace
}  // namespace vecext::test::graph_index_test
