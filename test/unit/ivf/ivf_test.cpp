// An index in memory from end to end: build, search, insert, remove.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/ivf/lists/compact.h"
#include "core/ivf/lists/refresh.h"
#include "core/ivf/lists/residual.h"
#include "core/ivf/lists/list_vacuum.h"
#include "test_index.h"

namespace vecext::test::ivf_test {
namespace {

/// Share of the k nearest that are among the candidates.
double recall(TestIndex& index, int queries, int k, int probes) {
  int hits = 0;
  for (int q = 0; q < queries; ++q) {
    std::vector<float> query(index.vector(q * 7), index.vector(q * 7) + index.dims);
    for (float& value : query) {
      value += 0.3f * std::sin(static_cast<float>(q) + value);
    }
    std::set<int> found;
    for (const Candidate& c : index.find(query.data(), k, probes)) {
      found.insert(index.number(c.row));
    }
    for (const int i : index.exact(query.data(), k)) {
      hits += static_cast<int>(found.count(i));
    }
  }
  return static_cast<double>(hits) / (queries * k);
}

TEST_CASE("short queries by inner product have as many candidates as long ones") {
  for (const int bits : {1, 4}) {
    TestIndex index({.metric = Metric::kInnerProduct, .bits = bits}, 2000);
    std::vector<float> query(index.vector(7), index.vector(7) + index.dims);
    const std::size_t expected = index.find(query.data(), 10, 16).size();
    for (float& value : query) {
      value *= 1e-3F;
    }
    CHECK(index.find(query.data(), 10, 16).size() < 2 * expected + 20);
    CHECK(recall(index, 20, 10, 16) > 0.95);
  }
}

TEST_CASE("training polls on its way through the sample, and stops when asked to") {
  constexpr int kRows = 6400;
  TestIndex index({.dims = 8, .lists = 4}, kRows);
  struct Polls {
    int made;
    int until;
    static bool stop(void* self, std::size_t) {
      auto* polls = static_cast<Polls*>(self);
      return ++polls->made > polls->until;
    }
  };
  for (const int until : {0, 1, 50, 1 << 30}) {
    Polls polls{0, until};
    ivf::Model model{};
    const Status status = ivf::train(index.model.meta, {index.x.data(), kRows, index.dims, false},
                                     {1, Polls::stop, &polls}, index.arena, index.arena, &model);
    CHECK(status.code == (until == 1 << 30 ? StatusCode::kOk : StatusCode::kCancelled));
    CHECK(polls.made >= std::min(until, kRows / 64));
  }
}

TEST_CASE("candidates hold the nearest rows") {
  for (const int bits : {0, 1, 2, 4}) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
      CAPTURE(bits);
      CAPTURE(static_cast<int>(metric));
      TestIndex index({.metric = metric, .bits = bits}, 2000);
      CHECK(recall(index, 30, 10, 16) > (bits == 0 ? 0.999 : 0.97));
    }
  }
}

TEST_CASE("rerank vectors bound the scores of their rows on both sides, closely") {
  for (const Rerank rerank : {Rerank::kInt8, Rerank::kHalf}) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
      CAPTURE(static_cast<int>(rerank));
      CAPTURE(static_cast<int>(metric));
      TestIndex index({.metric = metric, .bits = 2, .rerank = rerank}, 2000);
      const auto distance = vector_distance(Element::kFloat, metric);
      const auto found = index.find(index.vector(5), 2000, 16);
      REQUIRE(found.size() == 2000);
      double widest = 0;
      double largest = 0;
      for (const Candidate& c : found) {
        const double score = score_of_distance(
            metric, distance(index.vector(5), index.vector(TestIndex::number(c.row)), index.dims));
        CHECK(c.bound <= score);
        CHECK(c.upper >= score);
        widest = std::max(widest, c.upper - c.bound);
        largest = std::max(largest, std::abs(score));
      }
      CHECK(widest < (rerank == Rerank::kHalf ? 0.005 : 0.1) * largest);
      CHECK(recall(index, 30, 10, 16) > 0.97);
      CHECK(index.find(index.vector(5), 10, 16).size() < 40);
    }
  }
}

TEST_CASE("a rerank vector that is another row's is noticed") {
  for (const Rerank rerank : {Rerank::kInt8, Rerank::kHalf}) {
    TestIndex index({.bits = 2, .rerank = rerank}, 500);
    CHECK(index.wrong() == nullptr);
    const std::byte* codes = index.store.bytes(index.model.entries[3].head);
    std::byte* page = index.store.bytes(rerank_pages(codes, index.model.codes)[0]);
    const std::size_t bytes = index.model.codes.rerank_bytes;
    std::swap_ranges(rerank_vector_at(page, bytes, 0), rerank_vector_at(page, bytes, 1),
                     rerank_vector_at(page, bytes, 1));
    CHECK(index.wrong() == std::string("a rerank vector does not match its row"));
  }
}

TEST_CASE("bounds lie below the scores of their rows, the mean included") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
    CAPTURE(static_cast<int>(metric));
    TestIndex index({.metric = metric, .bits = 4}, 2000);
    const auto distance = vector_distance(Element::kFloat, metric);
    const auto found = index.find(index.vector(5), 2000, 16);
    REQUIRE(found.size() == 2000);
    std::vector<double> scores;
    for (const Candidate& c : found) {
      scores.push_back(score_of_distance(
          metric, distance(index.vector(5), index.vector(TestIndex::number(c.row)), index.dims)));
    }
    const auto [least, most] = std::minmax_element(scores.begin(), scores.end());
    int below = 0;
    int close = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      below += found[i].bound <= scores[i] + 1e-3 ? 1 : 0;
      close += scores[i] - found[i].bound < 0.1 * (*most - *least) ? 1 : 0;
    }
    CHECK(below > 1800);
    CHECK(close > 1800);
  }
}

TEST_CASE("whole vectors give exact distances, and all rows of the lists looked at") {
  TestIndex index({.bits = 0}, 500);
  const auto found = index.find(index.vector(3), 500, 16);
  CHECK(found.size() == 500);
  CHECK(index.number(found[0].row) == 3);
  CHECK(found[0].bound == 0);
}

TEST_CASE("a filter is asked of every row") {
  TestIndex index({}, 1000);
  const RowFilter even{[](const void*, const RowId* rows, std::int32_t n) {
                         std::uint32_t bits = 0;
                         for (std::int32_t i = 0; i < n; ++i) {
                           bits |= (TestIndex::number(rows[i]) % 2 == 0 ? 1u : 0u) << i;
                         }
                         return bits;
                       },
                       nullptr};
  const auto found = index.find(index.vector(0), 1000, 16, even);
  CHECK(found.size() == 500);
}

TEST_CASE("rows inserted are found, rows removed are not") {
  for (const Options& options :
       {Options{.bits = 0}, Options{.bits = 4}, Options{.bits = 1, .rerank = Rerank::kHalf}}) {
    CAPTURE(options.bits);
    TestIndex index(options, 300);
    const std::vector<float> more = clustered_rows(1500, 24);
    for (int i = 300; i < 1500; ++i) {
      REQUIRE(index.insert(i, more.data() + i * 24).ok());
    }
    CHECK(index.all_rows(more.data()).size() == 1500);
    CHECK(index.wrong() == nullptr);

    RemovedRows removed{[](void*, RowId row) { return TestIndex::number(row) % 3 == 0; }, nullptr,
                        0, 0};
    ivf::PageUse use;
    for (PageId page = 1; page < index.store.size(); ++page) {
      REQUIRE(remove_rows(index.store, index.model, page, &removed, &use).ok());
    }
    CHECK(removed.removed == 500);
    CHECK(removed.left == 1000);
    const std::set<int> left = index.all_rows(more.data());
    CHECK(left.size() == 1000);
    CHECK(std::none_of(left.begin(), left.end(), [](int i) { return i % 3 == 0; }));
    CHECK(index.wrong() == nullptr);
    // Codes are those of their rows still.
    const auto nearest = index.find(more.data() + 1000 * 24, 1, 16);
    CHECK(std::any_of(nearest.begin(), nearest.end(),
                      [](const Candidate& c) { return TestIndex::number(c.row) == 1000; }));
  }
}

TEST_CASE("a list tells its length now and then, however few rows a page takes") {
  for (const Options& options :
       {Options{.bits = 4}, Options{.bits = 4, .dims = 500}, Options{.bits = 1, .dims = 900},
        Options{.bits = 0, .dims = 30}, Options{.bits = 0, .dims = 400},
        Options{.bits = 0, .dims = 1500}}) {
    CAPTURE(options.bits);
    CAPTURE(options.dims);
    Options of_one_list = options;
    of_one_list.lists = 1;
    TestIndex index(of_one_list, 10);
    std::uint32_t reported = 0;
    for (int i = 10; i < 300; ++i) {
      std::uint32_t rows;
      REQUIRE(index.insert(i, index.vector(i % 10), &rows).ok());
      CHECK((rows == 0 || std::abs(static_cast<int>(rows) - i - 1) <= places(index.model)));
      reported = std::max(reported, rows);
    }
    CHECK(reported > 300 - 2 * ivf::kReportedRows);
  }
}

TEST_CASE("a list follows rows that lie much farther from its centroid than others") {
  TestIndex index({.lists = 4}, 400);
  ivf::Model model = index.load();
  ivf::Model other = index.load();
  const std::vector<ListEntry> before(model.entries, model.entries + model.lists());
  std::vector<float> x(static_cast<std::size_t>(model.dims()));
  const auto note = [&](float distance) {
    std::copy_n(model.centroid(0), model.dims(), x.begin());
    x[0] += distance;
    REQUIRE(note_residual(index.store, x.data(), 0, &model).ok());
  };
  const float usual = std::sqrt(before[0].residual);
  note(0);
  note(1.5F * usual);
  CHECK(model.entries[0].residual == before[0].residual);
  CHECK(model.meta.residual_changes == 0);
  for (int i = 0; i < 100; ++i) {
    note(10 * usual);
  }
  // The mean comes near the new squared distance, after few changes of pages.
  CHECK(model.entries[0].residual > 5 * before[0].residual);
  CHECK(model.entries[0].residual < 100 * before[0].residual);
  CHECK(model.entries[0].variation > before[0].variation);
  CHECK(model.meta.residual_changes > 0);
  CHECK(model.meta.residual_changes < 20);
  note(std::numeric_limits<float>::infinity());
  CHECK(std::isfinite(model.entries[0].residual));
  // A model in memory elsewhere is brought up to date.
  bool done;
  REQUIRE(refresh_model(index.store, &other, &done).ok());
  CHECK(done);
  for (int list = 0; list < model.lists(); ++list) {
    CHECK(other.entries[list].residual == model.entries[list].residual);
    CHECK(other.entries[list].variation == model.entries[list].variation);
    CHECK((list == 0) ==
          (model.entries[list].residual != before[static_cast<std::size_t>(list)].residual));
  }
  CHECK(index.wrong() == nullptr);
  // It is another list's by now.
  model.entries[0].chain += 1;
  const std::uint32_t changes = model.meta.residual_changes;
  note(1000 * usual);
  CHECK(index.load().meta.residual_changes == changes);
}

TEST_CASE("an index on nothing takes rows") {
  TestIndex index({}, 0);
  CHECK(index.find(std::vector<float>(24, 1.0f).data(), 10, 0).empty());
}

TEST_CASE("a stopped insert leaves an index that holds what it held") {
  constexpr int kDims = 8;
  const std::vector<float> more = clustered_rows(600, kDims);
  for (int commits = 0; commits < 40; ++commits) {
    // 213 vectors of 8 floats fill a page, so some of these inserts link a new one.
    TestIndex index({.bits = 0, .dims = kDims, .lists = 1}, 200);
    index.store.stop_after(commits);
    // The last one is not kept.
    for (int i = 200; i <= 200 + commits; ++i) {
      CHECK(index.insert(i, more.data() + static_cast<std::size_t>(i * kDims)).ok());
    }
    CHECK(index.all_rows(more.data()).size() == static_cast<std::size_t>(200 + commits));
    CHECK(index.wrong() == nullptr);
  }
}

TEST_CASE("pages that are damaged are refused") {
  TestIndex index({}, 300);
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const auto page = static_cast<PageId>(random() % index.store.size());
    const std::size_t at = 24 + random() % (kPageSize - 24);
    const std::byte old = index.store.bytes(page)[at];
    index.store.bytes(page)[at] ^= static_cast<std::byte>(1u << (random() % 8));
    TestArena arena;
    ivf::Model model{};
    Status status = load_model(index.store, arena, 0, &model);
    if (status.ok()) {
      // Whatever is read now may be wrong but must end.
      RemovedRows rows{[](void*, RowId) { return false; }, nullptr, 0, 0};
      ivf::PageUse use;
      for (PageId p = 1; p < index.store.size(); ++p) {
        status = remove_rows(index.store, model, p, &rows, &use);
      }
    }
    index.store.bytes(page)[at] = old;
  }
}

TEST_CASE("a meta page with other dimensions of model space is refused, by a refresh too") {
  for (const int bits : {0, 4}) {
    TestIndex index({.bits = bits}, 300);
    ivf::Model model = index.load(4);
    Meta* meta = meta_of(index.store.bytes(kMetaPage));
    meta->rotated += 1;
    ivf::Model loaded{};
    CHECK(load_model(index.store, index.arena, 0, &loaded).code == StatusCode::kCorrupt);
    ++meta->head.changes;
    bool done = true;
    CHECK(refresh_model(index.store, &model, &done).ok());
    CHECK(!done);
  }
}

TEST_CASE("a list whose pages go in a circle is refused by all who walk there") {
  TestIndex index({.lists = 1}, 3000);
  const ivf::Model model = index.load();
  const PageId first = model.entries[0].head;
  const PageId second = page_head(index.store.bytes(first))->next;
  REQUIRE(second != kNoPage);
  page_head(index.store.bytes(second))->next = first;
  ivf::SearchQuery query;
  REQUIRE(prepare_search(model, index.vector(0), index.arena, &query));
  ivf::ProbeOrder order;
  REQUIRE(order.prepare(model, query.rotated, index.arena));
  Candidates found(index.arena);
  ivf::SearchCounts counts{};
  CHECK(search(index.store, model, query, {10, 0, 1, 0, {}},
               vector_distance(Element::kFloat, model.metric()), index.arena, &order, &found,
               &counts)
            .code == StatusCode::kCorrupt);
  ivf::ListSize size;
  CHECK(measure_list(index.store, model, 0, &size).code == StatusCode::kCorrupt);
}

}  // namespace
}  // namespace vecext::test::ivf_test
