// A graph made again of what is left of it, with its own links for candidates.
#include "core/graph/update/old_graph.h"

#include "graph_index.h"

namespace vecext::test::old_graph_test {
namespace {

constexpr int kDims = 24;
constexpr int kRows = 4000;
constexpr int kCopies = 300;  // of the first rows

/// Rows, and copies of some of them.
GraphIndex index_with_copies(Metric metric) {
  std::vector<float> rows = graph_rows(kRows, kDims);
  rows.insert(rows.end(), rows.begin(), rows.begin() + kCopies * kDims);
  return {metric, kDims, rows};
}

using IsDead = bool (*)(void*, RowId);

void remove_rows(GraphIndex* index, IsDead is_dead) {
  RemovedRows rows{is_dead, nullptr, 0, 0};
  for (PageId page = 1; page < index->store.size(); ++page) {
    REQUIRE(remove_graph_rows(index->store, index->model, page, &rows).ok());
  }
}

bool is_third(void*, RowId row) {
  return GraphIndex::number(row) % 3 == 0;
}

const graph::OldLinks* links_for(GraphIndex* index, OldGraph* old, std::size_t rows) {
  const graph::OldLinks* links;
  REQUIRE(old->finish(rows, index->construction.parallel, &links).ok());
  return links;
}

/// The links that a rebuild would take, or null. `living` is set to the number of rows.
const graph::OldLinks* old_links(GraphIndex* index, OldGraph* old, std::size_t* living) {
  const GraphModel& model = index->model;
  REQUIRE(OldGraph::is_worth_keeping(model));
  REQUIRE(old->reserve(index->arena, model, index->store.pages(), kRows + kCopies));
  *living = 0;
  for (PageId page = 1; page < index->store.size(); ++page) {
    const std::byte* bytes = index->store.bytes(page);
    if (!is_page_of(model, kMain, bytes)) {
      continue;
    }
    old->add_page(page, bytes, *living);
    for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
      *living += *row_of_page(model, bytes, i) == kNoRow ? 0 : 1;
    }
  }
  return links_for(index, old, *living);
}

TEST_CASE("the links of a graph lead to rows that are left, and to removed nodes") {
  GraphIndex index = index_with_copies(Metric::kL2);
  remove_rows(&index, is_third);
  OldGraph old;
  std::size_t living;
  const graph::OldLinks* links = old_links(&index, &old, &living);
  REQUIRE(links != nullptr);
  std::size_t to_rows = 0;
  std::size_t to_removed = 0;
  for (std::uint32_t row = 0; row < living; ++row) {
    const std::uint32_t* of_row = links->of(links->place[row]);
    for (int i = 0; i < links->degree && of_row[i] != kNoNode; ++i) {
      const bool is_row = of_row[i] < graph::kRemovedPlace;
      to_rows += is_row ? 1 : 0;
      to_removed += is_row ? 0 : 1;
      REQUIRE((!is_row || of_row[i] < living));
    }
  }
  CHECK(to_rows > to_removed);
  CHECK(to_removed > living);
  CHECK(links->list_end[links->list_count - 1] == living);
}

TEST_CASE("links are not kept where few nodes are left, or where there are other rows") {
  GraphIndex index = index_with_copies(Metric::kL2);
  OldGraph old;
  std::size_t living;
  REQUIRE(old_links(&index, &old, &living) != nullptr);
  CHECK(living == kRows + kCopies);
  remove_rows(&index, is_third);
  OldGraph other;
  CHECK(old_links(&index, &other, &living) != nullptr);
  CHECK(links_for(&index, &other, living + 1) == nullptr);
  remove_rows(&index, [](void*, RowId row) { return GraphIndex::number(row) % 5 > 0; });
  OldGraph few;
  CHECK(old_links(&index, &few, &living) == nullptr);
}

/// How many of the living rows a search for each finds.
int found_rows(GraphIndex* index) {
  int found = 0;
  for (int i = 0; i < kRows; ++i) {
    for (const Candidate& c : index->find(index->vector(i), 40)) {
      found += c.row == GraphIndex::row(i) ? 1 : 0;
      REQUIRE(!is_third(nullptr, c.row));
    }
  }
  return found;
}

TEST_CASE("a graph of what is left finds as much as one that is constructed of its rows alone") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    GraphIndex kept = index_with_copies(metric);
    GraphIndex whole = index_with_copies(metric);
    for (GraphIndex* index : {&kept, &whole}) {
      remove_rows(index, is_third);
    }
    // Another row, of which the old graph knows nothing.
    whole.insert(kRows + kCopies + 1, whole.vector(1));
    for (GraphIndex* index : {&kept, &whole}) {
      REQUIRE(index->rebuild_part().ok());
      CHECK(index->wrong() == nullptr);
    }
    CHECK(kept.model.meta.parts[kMain].nodes == (kRows + kCopies) / 3 * 2);
    const int found = found_rows(&kept);
    CHECK(found >= found_rows(&whole) - 5);
    // By inner product a row may be nearer to others than to itself.
    CHECK((found >= kRows / 3 * 2 - 20 || metric == Metric::kInnerProduct));
  }
}

TEST_CASE("what is left of a graph can be rebuilt again and again") {
  GraphIndex index = index_with_copies(Metric::kL2);
  remove_rows(&index, [](void*, RowId row) { return GraphIndex::number(row) % 9 == 0; });
  REQUIRE(index.rebuild_part().ok());
  remove_rows(&index, [](void*, RowId row) { return GraphIndex::number(row) % 9 == 3; });
  REQUIRE(index.rebuild_part().ok());
  remove_rows(&index, [](void*, RowId row) { return GraphIndex::number(row) % 9 == 6; });
  REQUIRE(index.rebuild_part().ok());
  CHECK(index.wrong() == nullptr);
  CHECK(found_rows(&index) >= kRows / 3 * 2 - 20);
}

}  // namespace
}  // namespace vecext::test::old_graph_test
