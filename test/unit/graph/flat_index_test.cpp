// The index of a flat graph from end to end: build, search, insert, remove, make again, check.
#include "flat_index.h"

#include <string_view>

namespace vecext::test::flat_index_test {
namespace {

const Class kClasses[] = {
    {Element::kBit, Metric::kHamming, 90},          // neighbors beside a node
    {Element::kBit, Metric::kJaccard, 256},         //
    {Element::kBit, Metric::kHamming, 1500},        // none; hashed
    {Element::kBit, Metric::kHamming, 64000},       // two pages
    {Element::kFloat, Metric::kL1, 24},             //
    {Element::kFloat, Metric::kL1, 4000},           // two pages
    {Element::kHalf, Metric::kL1, 100},             //
    {Element::kHalf, Metric::kL2, 8000},            // no codes of so many dimensions
    {Element::kSparse, Metric::kL2, 500, 60},       //
    {Element::kSparse, Metric::kCosine, 5000, 60},  // hashed
    {Element::kSparse, Metric::kInnerProduct, 5000, 60},
    {Element::kSparse, Metric::kL1, 1000000, 1000},  // some of two pages
};

int rows_of(const Class& of) {
  return stored_bytes(of.element, of.dims) + static_cast<std::size_t>(of.elements) * 8 > 3000
             ? 150
             : 1500;
}

TEST_CASE("a flat graph finds the nearest rows, with their distances") {
  for (const Class& of : kClasses) {
    CAPTURE(static_cast<int>(of.element));
    CAPTURE(static_cast<int>(of.metric));
    CAPTURE(of.dims);
    const int n = rows_of(of);
    FlatIndex index(of, flat_values(of, n));
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.rows == n);
    CHECK(index.recall(20, 10, 60) > 0.95);
    for (const Candidate& c : index.find(index.values[5], 20)) {
      const Value& value = index.values[static_cast<std::size_t>(FlatIndex::number(c.row))];
      CHECK(c.bound == index.distance(index.values[5], value));
      CHECK(c.upper == c.bound);
    }
  }
}

TEST_CASE("a flat graph takes in what comes, and is rid of what goes") {
  for (const Class& of : kClasses) {
    CAPTURE(static_cast<int>(of.element));
    CAPTURE(static_cast<int>(of.metric));
    CAPTURE(of.dims);
    const int n = rows_of(of) / 3;
    const auto values = flat_values(of, n);
    FlatIndex index(of, {values.begin(), values.begin() + n / 2});
    for (int i = n / 2; i < n; ++i) {
      index.insert(values[static_cast<std::size_t>(i)]);
    }
    GraphSummary summary;
    CHECK(index.wrong(&summary) == nullptr);
    CHECK(summary.pending_rows == n - n / 2);
    for (const bool is_rebuilt : {false, true}) {
      CAPTURE(is_rebuilt);
      if (is_rebuilt) {
        REQUIRE(index.rebuild_all().ok());
        index.remove_third();
        REQUIRE(index.rebuild_all().ok());
      } else {
        index.remove_third();
      }
      CHECK(index.wrong(&summary) == nullptr);
      CHECK(summary.rows + summary.pending_rows == n - (n + 2) / 3);
      if (is_rebuilt) {
        CHECK(summary.nodes == summary.rows);
      }
      for (int i = 0; i < n; ++i) {
        const auto found = index.find(values[static_cast<std::size_t>(i)], 40);
        const auto is_i = [i](const Candidate& c) { return c.row == FlatIndex::row(i); };
        // By inner product another may be nearer.
        if (i % 3 == 0 || of.metric != Metric::kInnerProduct) {
          CHECK(std::count_if(found.begin(), found.end(), is_i) == (i % 3 == 0 ? 0 : 1));
        }
      }
    }
    std::size_t free = 0;
    for (PageId page = 1; page < index.store.size(); ++page) {
      free += check_page(index.store.bytes(page), PageKind::kFree).ok() ? 1 : 0;
    }
    CHECK(index.store.released.size() == free);
  }
}

TEST_CASE("a change of a flat graph that stops at any moment loses nothing") {
  for (const Class& of : {Class{Element::kSparse, Metric::kL2, 500, 60},
                          Class{Element::kBit, Metric::kHamming, 64000}}) {
    const int n = rows_of(of) / 5;
    const auto values = flat_values(of, n);
    const auto changed = [&] {
      FlatIndex index(of, {values.begin(), values.begin() + n / 2});
      for (int i = n / 2; i < n; ++i) {
        index.insert(values[static_cast<std::size_t>(i)]);
      }
      index.remove_third();
      return index;
    };
    bool is_through = false;
    for (int stop = 0; !is_through; stop += 5) {
      CAPTURE(stop);
      FlatIndex index = changed();
      index.store.stop_after(stop);
      (void)index.rebuild_all();
      is_through = index.store.commits_left() > 0;
      index.store.stop_after(1 << 20);
      GraphSummary summary;
      CHECK(index.wrong(&summary) == nullptr);
      CHECK(summary.rows + summary.pending_rows == n - (n + 2) / 3);
      REQUIRE(index.rebuild_all().ok());
      CHECK(index.wrong(&summary) == nullptr);
      CHECK(summary.rows == n - (n + 2) / 3);
    }
  }
}

TEST_CASE("a flat graph has few rows, or none") {
  const Class of{Element::kBit, Metric::kJaccard, 40};
  for (const int n : {0, 1, 2, 10, 40}) {
    CAPTURE(n);
    FlatIndex index(of, flat_values(of, n));
    CHECK(index.wrong() == nullptr);
    CHECK(index.find(Value(5), 50).size() == static_cast<std::size_t>(n));
    index.insert(Value(5, std::byte{0xFF}));
    CHECK(index.find(Value(5, std::byte{0xFF}), 5)[0].bound == 0);
    REQUIRE(index.rebuild_all().ok());
    CHECK(index.find(Value(5, std::byte{0xFF}), 5)[0].bound == 0);
  }
}

TEST_CASE("equal values are all found, and distances that are all equal end a search") {
  const Class of{Element::kBit, Metric::kJaccard, 200};
  auto values = flat_values(of, 3000);
  for (std::size_t i = 100; i < 400; ++i) {
    values[i] = values[0];
  }
  FlatIndex index(of, values);
  GraphSummary summary;
  CHECK(index.wrong(&summary) == nullptr);
  CHECK(summary.duplicates == 300);
  CHECK(index.find(values[0], 301).size() >= 301);
  CHECK(index.find(values[0], 10).size() >= 10);
  GraphCounts counts{};
  CHECK(index.find(Value(25), 10, {}, &counts).size() >= 10);
  CHECK(counts.nodes < 500);
}

TEST_CASE("values of one direction are equal by cosine, and as many as are asked for are read") {
  const Class of{Element::kSparse, Metric::kCosine, 1000, 20};
  auto values = flat_values(of, 1000);
  const std::size_t elements = (values[0].size() - sizeof(SparsevecLayout)) / 8;
  for (std::size_t i = 100; i < 900; ++i) {
    values[i] = values[0];
    auto* x = reinterpret_cast<float*>(values[i].data() + values[i].size()) - elements;
    for (std::size_t j = 0; j < elements; ++j) {
      x[j] *= static_cast<float>(1 << i % 8);
    }
  }
  FlatIndex index(of, values);
  GraphCounts counts{};
  CHECK(index.find(values[0], 10, {}, &counts).size() >= 10);
  CHECK(counts.pages < 400);
  CHECK(index.find(values[0], 800).size() >= 800);
}

TEST_CASE(
    "a strict search by cosine reads all values of one direction, but not all that are equal") {
  const Class of{Element::kSparse, Metric::kCosine, 1000, 20};
  auto values = flat_values(of, 1000);
  const std::size_t elements = (values[0].size() - sizeof(SparsevecLayout)) / 8;
  for (std::size_t i = 100; i < 500; ++i) {
    values[i] = values[0];
    values[i + 400] = values[1];
    auto* x = reinterpret_cast<float*>(values[i].data() + values[i].size()) - elements;
    for (std::size_t j = 0; j < elements; ++j) {
      x[j] *= static_cast<float>(1 << i % 8);
    }
  }
  FlatIndex index(of, values);
  GraphCounts counts{};
  index.find(values[0], 10, {}, &counts, true);
  CHECK(counts.pages > 400);
  counts = {};
  index.find(values[1], 10, {}, &counts, true);
  CHECK(counts.pages < 400);
}

TEST_CASE("a filter is asked of every row of a flat graph") {
  const Class of{Element::kFloat, Metric::kL1, 8};
  FlatIndex index(of, flat_values(of, 1000));
  const RowFilter odd{[](const void*, const RowId* rows, std::int32_t n) {
                        std::uint32_t matches = 0;
                        for (std::int32_t i = 0; i < n; ++i) {
                          matches |= static_cast<std::uint32_t>(rows[i].line % 2) << i;
                        }
                        return matches;
                      },
                      nullptr};
  const auto found = index.find(index.values[3], 20, odd);
  CHECK(found.size() >= 20);
  for (const Candidate& c : found) {
    CHECK(c.row.line % 2 == 1);
  }
}

TEST_CASE("pending rows of a flat graph whose pages go in a circle end a search with an error") {
  const Class of{Element::kBit, Metric::kHamming, 64000};
  const std::vector<Value> values = flat_values(of, 40);
  FlatIndex index(of, {});
  for (const Value& value : values) {
    index.insert(value);
  }
  const PageId first = index.load().meta.pending;
  const PageId second = page_head(index.store.bytes(first))->next;
  REQUIRE(second != kNoPage);
  page_head(index.store.bytes(second))->next = first;
  Candidates found(index.arena);
  GraphCounts counts{};
  CHECK(search_flat(index.store, index.model, values[0].data(), {20, 20, {}}, &index.work,
                    index.arena, &found, &counts)
            .code == StatusCode::kCorrupt);
}

TEST_CASE("checking a flat graph finds a record whose rest is a page of another chain") {
  const Class of{Element::kBit, Metric::kHamming, 64000};
  const std::vector<Value> values = flat_values(of, 12);
  FlatIndex index(of, {values.begin(), values.begin() + 8});
  for (std::size_t i = 8; i < values.size(); ++i) {
    index.insert(values[i]);
  }
  int rests = 0;
  for (PageId page = 1; page < index.store.size(); ++page) {
    PageHead* head = page_head(index.store.bytes(page));
    if (check_page(index.store.bytes(page), PageKind::kRest).ok()) {
      CAPTURE(page);
      head->chain += 100;
      const char* wrong = index.wrong();
      REQUIRE(wrong != nullptr);
      CHECK(std::string_view(wrong) == "a record is incomplete");
      head->chain -= 100;
      CHECK(index.wrong() == nullptr);
      ++rests;
    }
  }
  CHECK(rests == 8);  // of nodes: pending rows, which have no neighbors, fit on a page
}

TEST_CASE("checking a flat graph finds codes that are not those of the sketches of its nodes") {
  for (const Class& of :
       {Class{Element::kBit, Metric::kJaccard, 900}, Class{Element::kSparse, Metric::kL2, 500, 60},
        Class{Element::kSparse, Metric::kL1, 1000000, 1000}}) {
    CAPTURE(static_cast<int>(of.metric));
    FlatIndex index(of, flat_values(of, 200));
    REQUIRE(index.wrong() == nullptr);
    const PageId page = index.model.lists[kMain].pages[0];
    const std::size_t code_bytes = index.model.code_bytes();
    const auto block = node_block(index.store.bytes(page), code_bytes, 1);
    const auto damage = [&](auto* at, auto value, std::string_view wrong) {
      const auto before = *at;
      *at = value;
      REQUIRE(index.wrong() != nullptr);
      CHECK(index.wrong() == wrong);
      *at = before;
      CHECK(index.wrong() == nullptr);
    };
    damage(block.codes().a() + 3, Half{0x4000}, "a code is not that of its node");
    damage(block.nodes() + 3, block.nodes()[4], "a row beside a code is not that of its node");
    damage(block.nodes() + 3, NodeId{0}, "a lane of a list leads to no node of its graph");
    damage(block.rows() + 3, block.rows()[4], "a row beside a code is not that of its node");
    damage(&graph_meta_of(index.store.bytes(kMetaPage))->parts[kMain].rows, kNoPage,
           "the codes of the graph have no pages");
  }
}

TEST_CASE("a damaged flat graph ends a search or a change with an error or an answer") {
  for (const Class& of :
       {Class{Element::kBit, Metric::kHamming, 90}, Class{Element::kSparse, Metric::kL2, 500, 60},
        Class{Element::kSparse, Metric::kL1, 1000000, 1000}}) {
    const auto values = flat_values(of, 120);
    std::mt19937 random(3);
    int refused = 0;
    for (int round = 0; round < 15; ++round) {
      FlatIndex index(of, {values.begin(), values.begin() + 80});
      for (std::size_t i = 80; i < 120; ++i) {
        index.insert(values[i]);
      }
      for (int flip = 0; flip < 10; ++flip) {
        const auto page = static_cast<PageId>(random() % index.store.size());
        // Most of a page's sense lies at its begin.
        const std::size_t within = random() % 2 == 0 ? 120 : kPageSize - 24;
        std::byte& byte = index.store.bytes(page)[24 + random() % within];
        byte ^= static_cast<std::byte>(1u << (random() % 8));
        TestArena arena;
        GraphModel model{};
        Status status = load_graph(index.store, arena, &model);
        // The caller, which has the column, compares it with the model.
        if (!status.ok() || model.meta.dims != of.dims || model.element() != of.element ||
            !model.is_flat()) {
          ++refused;
          continue;
        }
        Candidates found(arena);
        Frontier work(arena);
        GraphCounts counts{};
        status = search_flat(index.store, model, values[static_cast<std::size_t>(round)].data(),
                             {20, 20, {}}, &work, arena, &found, &counts);
        refused += status.ok() ? 0 : 1;
        GraphSummary summary;
        VerifyFinding finding;
        (void)verify_graph(index.store, &model, {FlatIndex::rerank_matches, &index}, arena,
                           &summary, &finding);
        RemovedRows rows{[](void*, RowId) { return false; }, nullptr, 0, 0};
        for (PageId p = 1; p < index.store.size(); ++p) {
          (void)remove_graph_rows(index.store, model, p, &rows);
        }
        std::uint32_t pages;
        PageId tail = model.meta.pending_tail;
        (void)insert_flat(index.store, model, FlatIndex::row(500), values[0].data(), arena, &tail,
                          &pages);
        (void)rebuild_flat(index.store, &model, {index.construction(), arena, arena, SIZE_MAX, {}});
      }
    }
    CHECK(refused > 0);
  }
}

}  // namespace
}  // namespace vecext::test::flat_index_test
