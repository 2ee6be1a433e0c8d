// Splitting lists: nothing is lost or doubled, wherever it stops.
#include "core/ivf/split.h"
#include "test_index.h"

namespace vecext::test {
namespace {

/// Vectors of the rows, from what the index was built from, as a table would give them.
bool fetch(void* context, RowId row, float* out) {
  auto* index = static_cast<TestIndex*>(context);
  to_model_space(index->model, index->vector(TestIndex::number(row)), false, out);
  return true;
}
bool fetch_nothing(void*, RowId, float*) {
  return false;
}

Status split(TestIndex& index, int list, bool* done, const RowSource& source) {
  Model model = index.load(2);
  const Status status = split_list(index.store, &model, list, 1 << 20, source, index.arena, done);
  return status;
}

TEST_CASE("a list becomes two, and every row stays findable") {
  for (const int bits : {0, 1, 4}) {
    CAPTURE(bits);
    TestIndex index({.bits = bits, .lists = 1}, 1200);
    for (int round = 0; round < 6; ++round) {
      const Model model = index.load();
      int longest = 0;
      for (int i = 0; i < model.lists(); ++i)
        if (!model.is_vacant(i) &&
            (model.is_vacant(longest) || model.entries[i].rows > model.entries[longest].rows))
          longest = i;
      bool done;
      const RowSource source =
          round % 2 == 0 ? RowSource{fetch, &index} : RowSource{fetch_nothing, nullptr};
      REQUIRE(split(index, longest, &done, source).ok());
      CHECK(done);
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 1200);
    }
    const Model model = index.load();
    int lists = 0;
    for (int i = 0; i < model.lists(); ++i) lists += model.is_vacant(i) ? 0 : 1;
    CHECK(lists == 7);
    CHECK(model.lists() <= 9);  // places of split lists are used again
    // Searching few of them finds the nearest row.
    int hits = 0;
    for (int i = 0; i < 50; ++i) {
      const auto found = index.find(index.vector(i), 1, 2);
      hits += std::any_of(found.begin(), found.end(),
                          [i](const Candidate& c) { return TestIndex::number(c.row) == i; });
    }
    CHECK(hits >= 48);
  }
}

TEST_CASE("rows that are all alike stay one list") {
  TestIndex index({.bits = 4, .lists = 1}, 0);
  const std::vector<float> x(24, 1.5f);
  for (int i = 0; i < 500; ++i) REQUIRE(index.insert(i, x.data()).ok());
  bool done;
  REQUIRE(split(index, 0, &done, {fetch_nothing, nullptr}).ok());
  CHECK(!done);
  CHECK(index.load().entries[0].whole == 500);
  CHECK(index.all_rows(x.data()).size() == 500);
}

TEST_CASE("an inserter with an old model is told so") {
  TestIndex index({.bits = 4, .lists = 1}, 600);
  bool done;
  REQUIRE(split(index, 0, &done, {fetch, &index}).ok());
  REQUIRE(done);
  CHECK(index.insert(600, index.vector(0)).code == StatusCode::kStale);
  index.model = index.load();
  CHECK(index.insert(600, index.vector(0)).ok());
  CHECK(index.all_rows(index.vector(0)).size() == 601);
}

TEST_CASE("a split that stops at any moment loses nothing, and the next one works") {
  for (const int bits : {0, 4}) {
    for (int commits = 0;; ++commits) {
      CAPTURE(commits);
      TestIndex index({.bits = bits, .lists = 1}, 400);
      index.store.stop_after(commits);
      bool done;
      REQUIRE(split(index, 0, &done, {fetch, &index}).ok());
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 400);
      const bool whole = index.store.commits_left() > 0;

      index.store.stop_after(1 << 30);
      index.model = index.load();
      const int list = index.model.is_vacant(0) ? 1 : 0;
      REQUIRE(split(index, list, &done, {fetch, &index}).ok());
      CHECK(done);
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 400);
      if (whole) break;
    }
  }
}

}  // namespace
}  // namespace vecext::test
