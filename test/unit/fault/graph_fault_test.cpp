// Graphs whose changes stop at every call of the store, and graphs with lost and damaged pages.
#include "core/graph/format/node_rows.h"
#include "fault/faults.h"
#include "graph/flat_index.h"
#include "graph/graph_index.h"

namespace vecext::test::graph_fault_test {
namespace {

constexpr int kDims = 12;
constexpr int kNodes = 40;
constexpr int kNew = 300;  // the row that an insert adds

bool is_dead(void*, RowId row) {
  return GraphIndex::number(row) % 3 == 0;
}
bool is_none(void*, RowId) {
  return false;
}

/// Removes rows from all pages, and frees unused pages, as VACUUM does.
Status vacuum(MemoryStore& store, bool (*dead)(void*, RowId)) {
  TestArena arena;
  GraphModel model{};
  Status status = load_graph(store, arena, &model);
  RemovedRows rows{dead, nullptr, 0, 0};
  const PageId pages = store.pages();
  for (PageId page = 1; status.ok() && page < pages; ++page) {
    status = remove_graph_rows(store, model, page, &rows);
  }
  return status.ok() ? free_unused(store, model, arena) : status;
}

/// An index and what the tests do with it, each time with the model loaded again.
struct Coded {
  GraphIndex index{Metric::kL2, kDims, graph_rows(kNodes, kDims)};

  Coded() {
    const std::vector<float> more = graph_rows(kNew, kDims);
    for (int i = kNodes; i < kNodes + 15; ++i) {
      index.insert(i, more.data() + i * kDims);
    }
    REQUIRE(index.rebuild_part(Rebuilt::kDelta).ok());
    // The last pending page is full.
    int i = kNodes + 15;
    do {
      index.insert(i, more.data() + i * kDims);
      ++i;
    } while (page_head(index.store.bytes(index.model.meta.pending_tail))->rows <
             index.model.pending.places);
    REQUIRE(i < kNew);
    rows = i;
  }
  MemoryStore& store() { return index.store; }
  Status insert() {
    TestArena arena;
    GraphModel model{};
    if (const Status status = load_graph(store(), arena, &model); !status.ok()) {
      return status;
    }
    std::vector<float> moved(static_cast<std::size_t>(model.dims()));
    transform_vector(model.transform, index.vector(5), false, moved.data());
    PendingRow pending;
    REQUIRE(make_pending(model, moved.data(), GraphIndex::row(kNew), arena, &pending));
    std::uint32_t pages;
    return insert_pending(store(), model, pending, &model.meta.pending_tail, &pages);
  }
  Status make_again(Rebuilt part) {
    TestArena arena;
    GraphModel model{};
    if (const Status status = load_graph(store(), arena, &model); !status.ok()) {
      return status;
    }
    RebuiltGraph graph;
    return rebuild(store(), &model, part, model.dims(),
                   {index.construction, arena, arena, SIZE_MAX, index.temp_files.interface()},
                   &graph);
  }
  Status search(std::int64_t* found_rows) {
    TestArena arena;
    GraphModel model{};
    Status status = load_graph(store(), arena, &model);
    if (!status.ok() || model.meta.dims != kDims) {
      return status.ok() ? Status{.code = StatusCode::kCorrupt} : status;
    }
    GraphQuery query;
    REQUIRE(prepare_search(model, index.vector(7), arena, &query));
    Candidates found(arena);
    Frontier work(arena);
    GraphCounts counts{};
    status = search_graph(store(), model, query, {600, 600, {}}, &work, &found, &counts);
    found.sorted(found_rows);
    return status;
  }
  RowVisitor visitor() { return {GraphIndex::rerank_matches, &index}; }

  int rows;
};

struct Flat {
  FlatIndex index;

  explicit Flat(const Class& of, int nodes, int more)
      : index(of, first(flat_values(of, nodes + more), nodes)), rows(nodes + more) {
    const std::vector<Value> all = flat_values(of, nodes + more);
    for (int i = nodes; i < rows; ++i) {
      index.insert(all[static_cast<std::size_t>(i)]);
    }
  }
  static std::vector<Value> first(const std::vector<Value>& values, int n) {
    return {values.begin(), values.begin() + n};
  }
  MemoryStore& store() { return index.store; }
  Status insert() {
    TestArena arena;
    GraphModel model{};
    if (const Status status = load_graph(store(), arena, &model); !status.ok()) {
      return status;
    }
    std::uint32_t pages;
    return insert_flat(store(), model, FlatIndex::row(kNew), index.values[1].data(), arena,
                       &model.meta.pending_tail, &pages);
  }
  Status make_again(Rebuilt) {
    TestArena arena;
    GraphModel model{};
    if (const Status status = load_graph(store(), arena, &model); !status.ok()) {
      return status;
    }
    return rebuild_flat(store(), &model, {index.construction(), arena, arena, SIZE_MAX, {}});
  }
  Status search(std::int64_t* found_rows) {
    TestArena arena;
    GraphModel model{};
    Status status = load_graph(store(), arena, &model);
    if (!status.ok() || model.meta.dims != index.of.dims || model.element() != index.of.element ||
        model.metric() != index.of.metric) {
      return status.ok() ? Status{.code = StatusCode::kCorrupt} : status;
    }
    Candidates found(arena);
    Frontier work(arena);
    GraphCounts counts{};
    status = search_flat(store(), model, index.values[1].data(), {600, 600, {}}, &work, arena,
                         &found, &counts);
    found.sorted(found_rows);
    return status;
  }
  RowVisitor visitor() { return {FlatIndex::rerank_matches, &index}; }

  int rows;
};

/// What checking says, and how many rows there are.
template <class Of>
const char* wrong(Of& of, std::int64_t* rows) {
  TestArena arena;
  GraphModel model{};
  if (!load_graph(of.store(), arena, &model).ok()) {
    return "no model";
  }
  GraphSummary summary;
  const char* what = find_wrong(of.store(), model, of.visitor(), arena, &summary);
  *rows = summary.rows + summary.pending_rows;
  return what;
}

/// The index is sound, with between least and most rows, and goes on working.
template <class Of>
void check_lives(Of& of, std::int64_t least, std::int64_t most) {
  std::int64_t rows = 0;
  const char* what = wrong(of, &rows);
  CHECK_MESSAGE(what == nullptr, what);
  CHECK(rows >= least);
  CHECK(rows <= most);
  std::int64_t found = 0;
  REQUIRE(of.search(&found).ok());
  CHECK(found == rows);
  REQUIRE(of.insert().ok());
  REQUIRE(vacuum(of.store(), is_none).ok());
  CHECK(meta_head_of(of.store().bytes(kMetaPage))->is_unfinished == 0);
  static int turn = 0;
  if (++turn % 16 == 0) {
    REQUIRE(of.make_again(Rebuilt::kBoth).ok());
  }
  std::int64_t now = 0;
  what = wrong(of, &now);
  CHECK_MESSAGE(what == nullptr, what);
  CHECK(now == rows + 1);
}

template <class Of>
int check_faults(Of& of) {
  const auto nothing = [] {};
  int failed = with_faults(
      of.store(), nothing, [&] { return of.insert(); },
      [&] { check_lives(of, of.rows, of.rows + 1); });
  failed += with_faults(
      of.store(), nothing, [&] { return vacuum(of.store(), is_dead); },
      [&] { check_lives(of, of.rows - (of.rows + 2) / 3, of.rows); });
  for (const Rebuilt part : {Rebuilt::kDelta, Rebuilt::kMain, Rebuilt::kBoth}) {
    CAPTURE(static_cast<int>(part));
    failed += with_faults(
        of.store(), nothing, [&] { return of.make_again(part); },
        [&] { check_lives(of, of.rows, of.rows); });
  }
  return failed;
}

/// Lost pages and flipped bits: whatever is asked ends, and an index that checking calls sound,
/// with all of its rows, is searched and changed, and is sound afterwards.
template <class Of>
int check_damage(Of& of) {
  std::int64_t all = 0;
  REQUIRE(wrong(of, &all) == nullptr);
  int asked = 0;
  const auto ask = [&] {
    std::int64_t rows = 0;
    std::int64_t found = 0;
    TestArena arena;
    GraphModel model{};
    // Of another form the visitor cannot read vectors.
    const GraphMeta& built = of.index.model.meta;
    const bool is_sound =
        load_graph(of.store(), arena, &model).ok() && model.meta.dims == built.dims &&
        model.element() == of.index.model.element() && model.metric() == of.index.model.metric() &&
        model.meta.rerank == built.rerank && model.meta.rotated == built.rotated &&
        wrong(of, &rows) == nullptr && rows == all;
    const auto expect = [is_sound](const Status& status) { CHECK((!is_sound || status.ok())); };
    const Status searched = of.search(&found);
    expect(searched);
    if (searched.ok()) {
      expect(of.insert());
      expect(vacuum(of.store(), is_dead));
    }
    if (is_sound) {
      if (++asked % 16 == 0) {
        expect(of.make_again(Rebuilt::kBoth));
      }
      const char* what = wrong(of, &rows);
      CHECK_MESSAGE(what == nullptr, what);
    }
  };
  return with_lost_pages(of.store(), ask) + with_flipped_bits(of.store(), ask);
}

TEST_CASE("faults: a graph with codes loses nothing at any of its calls") {
  Coded coded;
  CHECK(check_faults(coded) > 500);
}

TEST_CASE("faults: a flat graph loses nothing at any of its calls") {
  Flat flat({Element::kFloat, Metric::kL1, 10}, 18, 7);
  CHECK(check_faults(flat) > 200);
  Flat wide({Element::kBit, Metric::kHamming, 64000}, 4, 2);  // of two pages each
  CHECK(check_faults(wide) > 200);
}

TEST_CASE("faults: lost pages and flipped bits of graphs") {
  Coded coded;
  CHECK(check_damage(coded) > 500);
  Flat sparse({Element::kSparse, Metric::kL2, 500, 30}, 40, 10);
  CHECK(check_damage(sparse) > 400);
}

TEST_CASE("checking a graph finds what only changes read") {
  Coded coded;
  MemoryStore& store = coded.store();
  std::int64_t rows = 0;
  REQUIRE(wrong(coded, &rows) == nullptr);
  const std::vector<Page> sound = store.copy();
  --graph_meta_of(store.bytes(kMetaPage))->pending_pages;
  CHECK(wrong(coded, &rows) != nullptr);
  CHECK(coded.make_again(Rebuilt::kBoth).code == StatusCode::kCorrupt);
  store.restore(sound);
  for (const std::uint32_t next : {1u, 0xFFFFFFFFu}) {
    graph_meta_of(store.bytes(kMetaPage))->head.next_chain = next;
    CHECK(wrong(coded, &rows) != nullptr);
  }

  // Where there is no delta graph, no page is one of it.
  Flat flat({Element::kFloat, Metric::kL1, 10}, 30, 10);
  REQUIRE(wrong(flat, &rows) == nullptr);
  page_head(flat.store().bytes(1))->chain = 0;
  CHECK(wrong(flat, &rows) != nullptr);

  // VACUUM would free what leads to an empty graph.
  Flat empty({Element::kFloat, Metric::kL1, 10}, 0, 0);
  REQUIRE(wrong(empty, &rows) == nullptr);
  graph_meta_of(empty.store().bytes(kMetaPage))->parts[kMain].chain = 0;
  CHECK(wrong(empty, &rows) != nullptr);
}

TEST_CASE("faults: the build of a graph returns what stops it") {
  for (const unsigned calls : {kAdds, kChanges, kAdds | kChanges}) {
    bool is_done = false;
    for (int n = 0; !is_done; ++n) {
      CAPTURE(n);
      static int after;
      static unsigned failing;
      after = n;
      failing = calls;
      GraphIndex index(Metric::kL2, kDims, graph_rows(kNodes, kDims), 16, 0,
                       [](GraphIndex* made) { made->store.fail_after(after, failing); });
      is_done = !index.store.mend();
      CHECK(index.status.ok() == is_done);
    }
  }
}

}  // namespace
}  // namespace vecext::test::graph_fault_test
