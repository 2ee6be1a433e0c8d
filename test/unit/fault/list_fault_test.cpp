// Lists whose changes stop at every call of the store, and indexes with lost and damaged pages.
#include "core/ivf/lists/compact.h"
#include "core/ivf/lists/list_vacuum.h"
#include "fault/faults.h"
#include "ivf/test_index.h"

namespace vecext::test::list_fault_test {
namespace {

constexpr int kDims = 12;
constexpr int kRows = 150;

bool is_dead(void*, RowId row) {
  return TestIndex::number(row) % 3 == 0;
}
bool is_none(void*, RowId) {
  return false;
}
bool fetch(void* context, RowId row, float* out) {
  auto* index = static_cast<TestIndex*>(context);
  const int number = TestIndex::number(row);
  transform_vector(index->model.transform(),
                   index->vector(number >= 0 && number < kRows ? number : 0), false, out);
  return true;
}

/// An index and what the tests do with it, each time with the model loaded again.
struct Lists {
  TestIndex index;

  explicit Lists(const Options& options) : index(options, clustered_rows(kRows, kDims)) {}
  MemoryStore& store() { return index.store; }

  Status load(TestArena& arena, ivf::Model* model) {
    const Status status = load_model(store(), arena, 4, model);
    const bool is_its_own = model->meta.dims == kDims && model->metric() == index.model.metric() &&
                            model->element() == index.model.element();
    return status.ok() && !is_its_own ? Status{.code = StatusCode::kCorrupt} : status;
  }

  /// Adds so many rows, from that one on.
  Status insert(int first, int count) {
    TestArena arena;
    ivf::Model model{};
    Status status = load(arena, &model);
    for (int i = first; status.ok() && i < first + count; ++i) {
      std::vector<float> rotated(static_cast<std::size_t>(model.dims()));
      std::vector<std::byte> record(record_layout(model).size());
      transform_vector(model.transform(), index.vector(5), false, rotated.data());
      make_record(model, index.vector(5), rotated.data(),
                  nearest_of(model, rotated.data(), -1, arena), TestIndex::row(i), record.data());
      std::uint32_t rows;
      status = insert_record(store(), model, record.data(), &rows);
    }
    return status;
  }
  Status vacuum(bool (*dead)(void*, RowId)) {
    TestArena arena;
    ivf::Model model{};
    Status status = load(arena, &model);
    RemovedRows rows{dead, nullptr, 0, 0};
    std::vector<ivf::PageUse> use(store().pages());
    for (PageId page = 1; status.ok() && page < use.size(); ++page) {
      status = remove_rows(store(), model, page, &rows, &use[page]);
    }
    if (status.ok()) {
      status = mark_in_use(store(), model, static_cast<PageId>(use.size()), use.data());
    }
    return status.ok() ? ivf::free_unused(store(), static_cast<PageId>(use.size()), use.data())
                       : status;
  }
  Status change(const ivf::Rebalancing& change) {
    TestArena arena;
    ivf::Model model{};
    const Status status = load(arena, &model);
    ivf::Rebalanced made;
    return status.ok() ? rebalance(store(), &model, change, {fetch, &index},
                                   {arena, std::size_t{1} << 30}, &made)
                       : status;
  }
  Status search(std::int64_t* found_rows) {
    TestArena arena;
    ivf::Model model{};
    if (const Status status = load(arena, &model); !status.ok()) {
      return status;
    }
    ivf::SearchQuery query;
    REQUIRE(prepare_search(model, index.vector(7), arena, &query));
    ivf::ProbeOrder order;
    REQUIRE(order.prepare(model, query.rotated, arena));
    Candidates found(arena);
    ivf::SearchCounts counts{};
    const Status status = ivf::search(store(), model, query, {1 << 20, 0, 1 << 20, 0, {}},
                                      vector_distance(model.element(), model.metric()), arena,
                                      &order, &found, &counts);
    found.sorted(found_rows);
    return status;
  }
  const char* wrong(std::int64_t* rows) {
    TestArena arena;
    ivf::Model model{};
    if (!load(arena, &model).ok()) {
      return "no model";
    }
    if (model.meta.rerank != index.model.meta.rerank) {
      return "of another form";  // the visitor could not read its vectors
    }
    ivf::ListSummary summary;
    VerifyFinding finding;
    REQUIRE(verify(store(), model, {TestIndex::rerank_matches, &index}, arena, &summary, &finding)
                .ok());
    *rows = summary.rows;
    return finding.what;
  }

  /// The index is sound, with between least and most rows, and goes on working.
  void check_lives(std::int64_t least, std::int64_t most) {
    std::int64_t rows = 0;
    const char* what = wrong(&rows);
    CHECK_MESSAGE(what == nullptr, what);
    CHECK(rows >= least);
    CHECK(rows <= most);
    std::int64_t found = 0;
    REQUIRE(search(&found).ok());
    CHECK(found == rows);
    REQUIRE(insert(400, 1).ok());
    REQUIRE(vacuum(is_none).ok());
    CHECK(meta_head_of(store().bytes(kMetaPage))->is_unfinished == 0);
    REQUIRE(change({{longest(), -1}, 1, 2}).ok());
    what = wrong(&found);
    CHECK_MESSAGE(what == nullptr, what);
    CHECK(found == rows + 1);
  }
  std::int32_t longest() {
    TestArena arena;
    ivf::Model model{};
    REQUIRE(load(arena, &model).ok());
    std::int32_t list = 0;
    for (std::int32_t i = 1; i < model.lists(); ++i) {
      const bool is_longer =
          model.is_vacant(list) || model.entries[i].rows > model.entries[list].rows;
      list = !model.is_vacant(i) && is_longer ? i : list;
    }
    return list;
  }
};

constexpr Options kKinds[] = {
    {.bits = 4, .dims = kDims, .lists = 4},
    {.bits = 0, .dims = kDims, .lists = 4},
    {.bits = 1, .dims = kDims, .lists = 3, .rerank = Rerank::kHalf},
    {.bits = 2, .dims = kDims, .lists = 3},
};

TEST_CASE("faults: lists lose nothing at any of their calls") {
  for (const Options& kind : kKinds) {
    CAPTURE(kind.bits);
    Lists lists(kind);
    const auto nothing = [] {};
    int failed = 0;
    // A list's page has room for a few hundred rows; a rerank page for fewer.
    REQUIRE(lists.insert(kRows, 60).ok());
    const int rows = kRows + 60;
    failed += with_faults(
        lists.store(), nothing, [&] { return lists.insert(rows, 180); },
        [&] { lists.check_lives(rows, rows + 180); });
    failed += with_faults(
        lists.store(), nothing, [&] { return lists.vacuum(is_dead); },
        [&] { lists.check_lives(rows * 2 / 3, rows); });
    failed += with_faults(
        lists.store(), nothing,
        [&] {
          return lists.change({{1, -1}, 1, 2});
        },
        [&] { lists.check_lives(rows, rows); });
    failed += with_faults(
        lists.store(), nothing,
        [&] {
          return lists.change({{0, 2}, 2, 1});
        },
        [&] { lists.check_lives(rows, rows); });
    CHECK(failed > 150);
  }
}

TEST_CASE("faults: lost pages and flipped bits of lists") {
  for (const Options& kind : kKinds) {
    CAPTURE(kind.bits);
    Lists lists(kind);
    // The pages of the list that is split are free afterwards.
    REQUIRE(lists.change({{lists.longest(), -1}, 1, 2}).ok());
    std::int64_t all = 0;
    REQUIRE(lists.wrong(&all) == nullptr);
    const auto ask = [&] {
      std::int64_t rows = 0;
      std::int64_t found = 0;
      const char* what = lists.wrong(&rows);
      // Rows that are missing are found by comparison with the table.
      const bool is_sound = what == nullptr && rows == all;
      const auto expect = [is_sound](const Status& status) { CHECK((!is_sound || status.ok())); };
      expect(lists.search(&found));
      if (is_sound || found > 0) {
        expect(lists.insert(400, 1));
        expect(lists.vacuum(is_dead));
        if (is_sound) {
          expect(lists.change({{lists.longest(), -1}, 1, 2}));
          what = lists.wrong(&rows);
          CHECK_MESSAGE(what == nullptr, what);
        }
      }
    };
    CHECK(with_lost_pages(lists.store(), ask) + with_flipped_bits(lists.store(), ask) > 400);
  }
}

TEST_CASE("checking lists finds what only changes read") {
  Lists lists(kKinds[0]);
  MemoryStore& store = lists.store();
  std::int64_t rows = 0;
  REQUIRE(lists.wrong(&rows) == nullptr);
  const std::vector<Page> sound = store.copy();
  const auto check_found = [&](std::uint32_t* field, std::uint32_t value) {
    CAPTURE(value);
    *field = value;
    CHECK(lists.wrong(&rows) != nullptr);
    store.restore(sound);
  };
  const auto next_of = [&](PageId page) { return &page_head(store.bytes(page))->next; };
  const Meta meta = lists.index.model.meta;
  // The model grows into the page after its last one.
  for (const PageId last : {lists.index.model.stream[0], meta.directory}) {
    REQUIRE(*next_of(last) == kNoPage);
    check_found(next_of(last), 100'000);
    check_found(next_of(last), last);
    check_found(next_of(last), lists.index.model.entries[0].head);
  }
  check_found(&meta_head_of(store.bytes(kMetaPage))->next_chain,
              lists.index.model.entries[0].chain);
  check_found(&meta_head_of(store.bytes(kMetaPage))->next_chain, 0xFFFFFFFF);
  // An insert needs a list.
  for (std::int32_t i = 0; i < lists.index.model.lists(); ++i) {
    list_entry(store.bytes(meta.directory), i)->head = kNoPage;
  }
  CHECK(lists.wrong(&rows) != nullptr);
  const ivf::Model without = lists.index.load();
  CHECK(nearest_of(without, without.centroid(0), -1, lists.index.arena) == -1);
}

TEST_CASE("faults: the build of lists returns what stops it") {
  const Lists made(kKinds[2]);
  for (const unsigned calls : {kAdds, kChanges}) {
    bool is_done = false;
    for (int n = 0; !is_done; ++n) {
      CAPTURE(n);
      TestArena arena;
      MemoryStore store;
      ivf::Model model{};
      const ParallelOptions work{1, nullptr, nullptr};
      std::vector<float> x = made.index.x;
      REQUIRE(ivf::train(made.index.model.meta, {x.data(), kRows, kDims, false}, work, arena, arena,
                         &model)
                  .ok());
      store.fail_after(n, calls);
      std::vector<RowId> rows;
      for (int i = 0; i < kRows; ++i) {
        rows.push_back(TestIndex::row(i));
      }
      std::vector<std::byte> records(kRows * record_layout(model).size());
      ivf::RecordMaker maker(model, work);
      REQUIRE(maker.prepare(arena).ok());
      REQUIRE(maker.make({x.data(), rows.data(), kRows, kDims}, arena, records.data()).ok());
      Status status = write_model(store, &model);
      if (status.ok()) {
        status = append_records(store, &model, records.data(), kRows, arena);
      }
      if (status.ok()) {
        status = finish_build(store, &model);
      }
      is_done = !store.mend();
      CHECK(status.ok() == is_done);
    }
  }
}

}  // namespace
}  // namespace vecext::test::list_fault_test
