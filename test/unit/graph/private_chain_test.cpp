// Pending rows of one transaction, which others do not look at.
#include <functional>
#include <numeric>

#include "graph_index.h"

namespace vecext::test::private_chain_test {
namespace {

constexpr int kDims = 24;
constexpr int kRows = 600;
constexpr int kMore = 900;
constexpr std::uint64_t kWriter = (std::uint64_t{5} << 32) + 7;

/// An index of kRows rows whose others, up to kMore, are in the private chain of kWriter.
struct PrivateIndex {
  GraphIndex index{Metric::kL2, kDims, graph_rows(kRows, kDims)};
  std::vector<float> all = graph_rows(kMore, kDims);
  PageId tail = kNoPage;

  PrivateIndex() {
    REQUIRE(open_private(index.store, index.model, kWriter, &tail).ok());
    for (int i = kRows; i < kMore; ++i) {
      insert(i, kWriter, &tail);
    }
    index.model = index.load();
  }
  Status try_insert(int i, std::uint64_t writer, PageId* at) {
    std::vector<float> moved(static_cast<std::size_t>(index.model.dims()));
    transform_vector(index.model.transform, all.data() + i * kDims, false, moved.data());
    PendingRow pending;
    REQUIRE(make_pending(index.model, moved.data(), GraphIndex::row(i), index.arena, &pending));
    std::uint32_t pages;
    return insert_pending(index.store, index.model, pending, at, &pages, writer);
  }
  void insert(int i, std::uint64_t writer, PageId* at) { REQUIRE(try_insert(i, writer, at).ok()); }
  const PrivateChain* chain() {
    index.model = index.load();
    return find_private(&index.model.meta.privates, kWriter);
  }
  /// How often the rows from kRows on are found by their vectors, with the private chain or
  /// without.
  int found(bool sees_private) {
    GraphLimits limits{40, 40, {}};
    const PrivateChain* own = chain();
    limits.privates[1] = sees_private && own != nullptr ? own->first : kNoPage;
    int times = 0;
    for (int i = kRows; i < kMore; ++i) {
      GraphQuery query;
      REQUIRE(prepare_search(index.model, all.data() + i * kDims, index.arena, &query));
      Candidates found(index.arena);
      GraphCounts counts{};
      REQUIRE(
          search_graph(index.store, index.model, query, limits, &index.work, &found, &counts).ok());
      std::int64_t count;
      const Candidate* rows = found.sorted(&count);
      times += static_cast<int>(std::count_if(
          rows, rows + count, [i](const Candidate& c) { return c.row == GraphIndex::row(i); }));
    }
    return times;
  }
  Status rebuild_as(std::uint64_t writer, Rebuilt rebuilt) {
    GraphModel changed = index.load();
    RebuildWork work = index.rebuild_work();
    work.writer = writer;
    RebuiltGraph graph;
    return rebuild(index.store, &changed, rebuilt, index.model.dims(), work, &graph);
  }
};

TEST_CASE("rows of a private chain are found by searches that look there") {
  PrivateIndex rows;
  CHECK(rows.chain()->pages > 3);
  CHECK(rows.index.model.meta.head.changes ==
        GraphIndex{Metric::kL2, kDims, graph_rows(kRows, kDims)}.load().meta.head.changes + 1);
  CHECK(rows.found(false) == 0);
  CHECK(rows.found(true) == kMore - kRows);
  GraphSummary summary;
  CHECK(rows.index.wrong(&summary) == nullptr);
  CHECK(summary.pending_rows == kMore - kRows);
}

TEST_CASE("no row goes to a page that is the last of another chain by now") {
  PrivateIndex rows;
  const PageId of_all = rows.index.model.meta.pending_tail;
  for (const std::uint64_t writer : {kNoWriter, kWriter + 1}) {
    PageId tail = rows.tail;
    CHECK(rows.try_insert(0, writer, &tail).code == StatusCode::kStale);
  }
  PageId tail = of_all;
  CHECK(rows.try_insert(0, kWriter, &tail).code == StatusCode::kStale);
  tail = of_all;
  CHECK(rows.try_insert(0, kNoWriter, &tail).ok());
}

TEST_CASE("there is work for a rebuild of those who see the private chain") {
  PrivateIndex rows;
  bool has_work;
  REQUIRE(find_work(rows.index.store, rows.index.model, kNoWriter, &has_work).ok());
  CHECK(!has_work);
  REQUIRE(find_work(rows.index.store, rows.index.model, kWriter, &has_work).ok());
  CHECK(has_work);
  PageId tail = rows.index.model.meta.pending_tail;
  rows.insert(0, kNoWriter, &tail);
  REQUIRE(find_work(rows.index.store, rows.index.model, kNoWriter, &has_work).ok());
  CHECK(has_work);
}

TEST_CASE("a rebuild takes in the private chain of its own transaction alone") {
  for (const Rebuilt rebuilt : {Rebuilt::kDelta, Rebuilt::kBoth}) {
    CAPTURE(static_cast<int>(rebuilt));
    PrivateIndex rows;
    GraphSummary summary;
    PageId tail = rows.index.model.meta.pending_tail;
    rows.insert(kRows, kNoWriter, &tail);
    for (const std::uint64_t other : {kNoWriter, kWriter + 1}) {
      REQUIRE(rows.rebuild_as(other, rebuilt).ok());
      REQUIRE(rows.chain() != nullptr);
      CHECK(rows.index.wrong(&summary) == nullptr);
      CHECK(summary.nodes == kRows + 1);
      CHECK(summary.pending_rows == kMore - kRows);
    }
    rows.insert(kRows, kWriter, &rows.tail);
    REQUIRE(rows.rebuild_as(kWriter, rebuilt).ok());
    CHECK(rows.chain() == nullptr);
    CHECK(rows.index.wrong(&summary) == nullptr);
    CHECK(summary.nodes == kMore + 2);
    CHECK(summary.pending_rows == 0);
    CHECK(rows.found(false) >= kMore - kRows - 3);
  }
}

TEST_CASE("a private chain joins the pending rows of all") {
  PrivateIndex rows;
  PageId tail = rows.index.model.meta.pending_tail;
  rows.insert(0, kNoWriter, &tail);
  const std::uint64_t changes = rows.index.model.meta.head.changes;
  REQUIRE(join_private(rows.index.store, rows.index.model, kWriter).ok());
  CHECK(rows.chain() == nullptr);
  CHECK(rows.index.model.meta.head.changes == changes + 1);
  CHECK(rows.found(false) == kMore - kRows);
  rows.insert(1, kNoWriter, &tail);
  GraphSummary summary;
  CHECK(rows.index.wrong(&summary) == nullptr);
  CHECK(summary.pending_rows == kMore - kRows + 2);
  REQUIRE(join_private(rows.index.store, rows.index.model, kWriter).ok());
  CHECK(rows.index.load().meta.head.changes == changes + 1);
  REQUIRE(rows.rebuild_as(kNoWriter, Rebuilt::kBoth).ok());
  CHECK(rows.index.wrong(&summary) == nullptr);
  CHECK(summary.nodes == kMore + 2);
}

TEST_CASE("as many private chains are open as the meta page has room for") {
  PrivateIndex rows;
  for (std::uint64_t i = 1; i <= kPrivateChains; ++i) {
    PageId tail;
    REQUIRE(open_private(rows.index.store, rows.index.model, kWriter + i, &tail).ok());
    CHECK((tail == kNoPage) == (i == kPrivateChains));
  }
  REQUIRE(free_unused(rows.index.store, rows.index.load(), rows.index.arena).ok());
  GraphSummary summary;
  CHECK(rows.index.wrong(&summary) == nullptr);
  REQUIRE(join_ended(rows.index.store, rows.index.load(), [](std::uint64_t writer) {
            return writer == kWriter || writer == kWriter + 2;
          }).ok());
  CHECK(rows.chain() == nullptr);
  CHECK(find_private(&rows.index.model.meta.privates, kWriter + 1) != nullptr);
  CHECK(find_private(&rows.index.model.meta.privates, kWriter + 2) == nullptr);
  CHECK(rows.index.wrong(&summary) == nullptr);
  CHECK(rows.found(false) == kMore - kRows);
}

TEST_CASE("checking a graph compares a private chain with the meta page") {
  PrivateIndex rows;
  MemoryStore& store = rows.index.store;
  const std::vector<Page> sound = store.copy();
  PrivateChain& chain = graph_meta_of(store.bytes(kMetaPage))->privates[0];
  ++chain.pages;
  CHECK(rows.index.wrong() != nullptr);
  chain.pages -= 2;
  CHECK(rows.index.wrong() != nullptr);
  chain.pages = 0;
  GraphModel model{};
  CHECK(load_graph(store, rows.index.arena, &model).code == StatusCode::kCorrupt);
  store.restore(sound);
  CHECK(rows.index.wrong() == nullptr);
  const GraphMeta& meta = rows.index.model.meta;
  page_head(store.bytes(meta.privates[0].first))->chain = chain_of_writer(kNoWriter);
  CHECK(rows.index.wrong() != nullptr);
  store.restore(sound);
  page_head(store.bytes(meta.pending_tail))->chain = chain_of_writer(kWriter);
  CHECK(rows.index.wrong() != nullptr);
}

TEST_CASE("a row is inserted by a change of its own bytes") {
  PrivateIndex rows;
  const std::vector<Page> before = rows.index.store.copy();
  PageId tail = rows.tail;
  rows.insert(3, kWriter, &tail);
  REQUIRE(tail == rows.tail);
  CHECK(rows.chain()->pages == rows.index.model.meta.privates[0].pages);
  const std::byte* page = rows.index.store.bytes(tail);
  const int place = page_head(page)->rows - 1;
  CHECK(page_head(before[tail].data())->rows == place);
  const PendingLayout& layout = rows.index.model.pending;
  const int changed = std::inner_product(page, page + kPageSize, before[tail].data(), 0,
                                         std::plus<>(), std::not_equal_to<>());
  CHECK(changed > 0);
  CHECK(changed <= static_cast<int>(2 + sizeof(RowId) + layout.rerank_bytes + 4) + layout.groups);
  CHECK(pending_rows(page, rows.index.model.pending)[place] == GraphIndex::row(3));
}

}  // namespace
}  // namespace vecext::test::private_chain_test
