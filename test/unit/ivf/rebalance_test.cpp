// Lists made again: nothing is lost or doubled, wherever it stops.
#include <cstring>

#include "core/ivf/lists/refresh.h"
#include "core/ivf/lists/compact.h"
#include "core/ivf/lists/list_vacuum.h"
#include "test_index.h"

namespace vecext::test::rebalance_test {
namespace {

constexpr std::size_t kMemory = std::size_t{1} << 30;

/// Vectors of the rows, from what the index was built from, as a table would give them.
bool fetch(void* context, RowId row, float* out) {
  auto* index = static_cast<TestIndex*>(context);
  transform_vector(index->model.transform(), index->vector(TestIndex::number(row)), false, out);
  return true;
}
bool fetch_nothing(void*, RowId, float*) {
  return false;
}

Status split(TestIndex& index, int list, ivf::Rebalanced* made, const ivf::RowSource& source) {
  ivf::Model model = index.load(2);
  return rebalance(index.store, &model, {{list, -1}, 1, 2}, source, {index.arena, kMemory}, made);
}

/// Compacts every list, as VACUUM does; counts the changes.
int compact(TestIndex& index) {
  int changes = 0;
  ivf::Model model = index.load(20);
  for (int list = 0; list < model.lists(); ++list) {
    ivf::Rebalanced made;
    REQUIRE(compact_list(index.store, &model, list, true, {fetch, &index}, {index.arena, kMemory},
                         &made)
                .ok());
    changes += made.done ? 1 : 0;
  }
  index.model = index.load();
  // What the change kept in memory is what is on the pages.
  for (int list = 0; list < model.lists(); ++list) {
    REQUIRE(model.is_vacant(list) == index.model.is_vacant(list));
    if (model.is_vacant(list)) {
      continue;
    }
    CHECK(std::equal(model.centroid(list), model.centroid(list) + model.dims(),
                     index.model.centroid(list)));
    CHECK(model.entries[list].head == index.model.entries[list].head);
  }
  return changes;
}

/// Whether lists soon are well as they are.
bool comes_to_rest(TestIndex& index) {
  int rounds = 0;
  while (compact(index) > 0 && rounds < 4) {
    ++rounds;
  }
  return rounds < 4;
}

/// Brings an older model up to date: it is then what load() gives.
void check_refresh(TestIndex& index, ivf::Model* model) {
  bool done;
  REQUIRE(refresh_model(index.store, model, &done).ok());
  REQUIRE(done);
  const ivf::Model loaded = index.load();
  REQUIRE(model->lists() == loaded.lists());
  REQUIRE(model->meta.head.changes == loaded.meta.head.changes);
  for (int list = 0; list < loaded.lists(); ++list) {
    REQUIRE(model->is_vacant(list) == loaded.is_vacant(list));
    CHECK(std::memcmp(&model->entries[list], &loaded.entries[list], sizeof(ListEntry)) == 0);
    if (!loaded.is_vacant(list)) {
      CHECK(std::equal(loaded.centroid(list), loaded.centroid(list) + loaded.dims(),
                       model->centroid(list)));
    }
  }
}

int lists_in_use(const ivf::Model& model) {
  int lists = 0;
  for (int i = 0; i < model.lists(); ++i) {
    lists += model.is_vacant(i) ? 0 : 1;
  }
  return lists;
}

/// Removes the rows for which is_dead says so.
void remove(TestIndex& index, bool (*is_dead)(void*, RowId)) {
  RemovedRows removed{is_dead, nullptr, 0, 0};
  ivf::PageUse use;
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_rows(index.store, index.model, page, &removed, &use).ok());
  }
}

/// Rows among `count` that a search of two lists finds as their own nearest.
int found_by_themselves(TestIndex& index, int count, int step) {
  int hits = 0;
  for (int i = 0; i < count * step; i += step) {
    const auto found = index.find(index.vector(i), 1, 2);
    hits += std::any_of(found.begin(), found.end(),
                        [i](const Candidate& c) { return TestIndex::number(c.row) == i; });
  }
  return hits;
}

struct Kind {
  int bits;
  Rerank rerank = Rerank::kNone;
};
constexpr Kind kKinds[] = {{0}, {1}, {4}, {1, Rerank::kInt8}, {2, Rerank::kHalf}, {2}};

TEST_CASE("a list becomes two, and every row stays findable") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.bits);
    CAPTURE(static_cast<int>(kind.rerank));
    TestIndex index({.bits = kind.bits, .lists = 1, .rerank = kind.rerank}, 1200);
    ivf::Model old_model = index.load(20);
    for (int round = 0; round < 6; ++round) {
      const ivf::Model model = index.load();
      int longest = 0;
      for (int i = 0; i < model.lists(); ++i) {
        if (!model.is_vacant(i) &&
            (model.is_vacant(longest) || model.entries[i].rows > model.entries[longest].rows)) {
          longest = i;
        }
      }
      ivf::Rebalanced made;
      // What a code of one bit says of a row is too little to be coded again.
      const bool has_rows = round % 2 == 0 || kind.bits == 1;
      const ivf::RowSource source =
          has_rows ? ivf::RowSource{fetch, &index} : ivf::RowSource{fetch_nothing, nullptr};
      REQUIRE(split(index, longest, &made, source).ok());
      CHECK(made.done);
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 1200);
      if (round % 3 != 1) {
        check_refresh(index, &old_model);
      }
    }
    const ivf::Model model = index.load();
    CHECK(lists_in_use(model) == 7);
    CHECK(model.lists() <= 9);  // places of split lists are used again
    CHECK(found_by_themselves(index, 50, 1) >= 48);
  }
}

TEST_CASE("rows that are all alike stay one list") {
  TestIndex index({.bits = 4, .lists = 1}, 0);
  const std::vector<float> x(24, 1.5f);
  for (int i = 0; i < 500; ++i) {
    REQUIRE(index.insert(i, x.data()).ok());
  }
  ivf::Rebalanced made;
  REQUIRE(split(index, 0, &made, {fetch_nothing, nullptr}).ok());
  CHECK(!made.done);
  CHECK(index.load().entries[0].whole == 500);
  CHECK(index.all_rows(x.data()).size() == 500);
}

TEST_CASE("a list whose rows are nearly all alike is not split for each few others") {
  std::vector<float> x = clustered_rows(520, 24);
  std::fill_n(x.begin(), 500 * 24, 0.0F);
  TestIndex index({.bits = 4, .lists = 1}, x);
  ivf::Rebalanced made;
  REQUIRE(split(index, 0, &made, {fetch, &index}).ok());
  CHECK(made.done);
  const ivf::Model model = index.load();
  int long_lists = 0;
  for (int list = 0; list < model.lists(); ++list) {
    if (!model.is_vacant(list) && model.entries[list].rows >= 500) {
      ++long_lists;
      CHECK(model.entries[list].whole == model.entries[list].rows);
      CHECK_FALSE(is_long(model, list, 600));
      CHECK(is_long(model, list, 2000));
    }
  }
  CHECK(long_lists == 1);
}

TEST_CASE("a list with a row too far for squares of floats is not split for ever") {
  for (const float far : {1e20F, 1e30F, 1e38F}) {
    CAPTURE(far);
    for (const int bits : {0, 4}) {
      std::vector<float> x = clustered_rows(600, 24);
      x[300 * 24] = far;
      TestIndex index({.bits = bits, .lists = 1}, x);
      CHECK(comes_to_rest(index));
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 600);
      const ivf::Model model = index.load();
      for (int list = 0; list < model.lists(); ++list) {
        CHECK((model.is_vacant(list) || model.entries[list].rows > 0));
      }
    }
  }
}

TEST_CASE("a list too long for the memory there is stays as it is") {
  TestIndex index({.bits = 4, .lists = 1}, 1200);
  ivf::Model model = index.load(2);
  ivf::Rebalanced made;
  const auto try_split = [&](std::size_t bytes) {
    return rebalance(index.store, &model, {{0, -1}, 1, 2}, {fetch, &index}, {index.arena, bytes},
                     &made)
        .code;
  };
  CHECK(try_split(100000) == StatusCode::kOutOfMemory);
  CHECK(!made.done);
  CHECK(index.all_rows(index.vector(0)).size() == 1200);
  CHECK(try_split(100000000) == StatusCode::kOk);
  CHECK(made.done);
  CHECK(index.all_rows(index.vector(0)).size() == 1200);
}

TEST_CASE("a model without room for more lists is not brought up to date") {
  TestIndex index({.bits = 4, .lists = 1}, 600);
  ivf::Model old_model = index.load();
  ivf::Rebalanced made;
  REQUIRE(split(index, 0, &made, {fetch, &index}).ok());
  bool done;
  REQUIRE(refresh_model(index.store, &old_model, &done).ok());
  CHECK(!done);
}

TEST_CASE("an insert with an old model is refused") {
  TestIndex index({.bits = 4, .lists = 1}, 600);
  ivf::Rebalanced made;
  REQUIRE(split(index, 0, &made, {fetch, &index}).ok());
  REQUIRE(made.done);
  CHECK(index.insert(600, index.vector(0)).code == StatusCode::kStale);
  index.model = index.load();
  CHECK(index.insert(600, index.vector(0)).ok());
  CHECK(index.all_rows(index.vector(0)).size() == 601);
}

TEST_CASE("a split that is given up, as a row came meanwhile, leaves no pages behind") {
  for (const int bits : {4, 1}) {
    TestIndex index({.bits = bits, .lists = 1}, 600);
    const std::vector<float> row_601(index.x.begin(), index.x.begin() + index.dims);
    index.x.insert(index.x.end(), row_601.begin(), row_601.end());
    const auto insert_and_fetch = [](void* context, RowId row, float* out) {
      auto* of = static_cast<TestIndex*>(context);
      if (of->all_rows(of->vector(0)).size() == 600) {
        REQUIRE(of->insert(600, of->vector(600)).ok());
      }
      return fetch(context, row, out);
    };
    const auto pages_in_use = [&index] {
      int pages = 0;
      for (PageId page = 0; page < index.store.pages(); ++page) {
        pages += check_page(index.store.bytes(page), PageKind::kFree).ok() ? 0 : 1;
      }
      return pages;
    };
    const int before = pages_in_use();
    ivf::Rebalanced made;
    CHECK(split(index, 0, &made, {insert_and_fetch, &index}).code == StatusCode::kStale);
    CHECK(!made.done);
    CHECK(pages_in_use() <= before + 1);  // the row may have begun a page
    CHECK(meta_head_of(index.store.bytes(kMetaPage))->is_unfinished == 0);
    CHECK(index.wrong() == nullptr);
    CHECK(index.all_rows(index.vector(0)).size() == 601);
    REQUIRE(split(index, 0, &made, {fetch, &index}).ok());
    CHECK(made.done);
    index.model = index.load();
    CHECK(index.wrong() == nullptr);
    CHECK(index.all_rows(index.vector(0)).size() == 601);
  }
}

TEST_CASE("a change that stops at any moment loses nothing, and the next one works") {
  for (const Kind& kind :
       {Kind{0, Rerank::kNone}, Kind{4, Rerank::kNone}, Kind{1, Rerank::kHalf}}) {
    for (int commits = 0;; ++commits) {
      CAPTURE(commits);
      TestIndex index({.bits = kind.bits, .lists = 1, .rerank = kind.rerank}, 400);
      index.store.stop_after(commits);
      ivf::Rebalanced made;
      REQUIRE(split(index, 0, &made, {fetch, &index}).ok());
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 400);
      const bool whole = index.store.commits_left() > 0;

      index.store.stop_after(1 << 30);
      index.model = index.load();
      ivf::Model old_model = index.load(20);
      const int list = index.model.is_vacant(0) ? 1 : 0;
      REQUIRE(split(index, list, &made, {fetch, &index}).ok());
      CHECK(made.done);
      CHECK(index.wrong() == nullptr);
      CHECK(index.all_rows(index.vector(0)).size() == 400);
      check_refresh(index, &old_model);
      if (whole) {
        break;
      }
    }
  }
}

TEST_CASE("a list that cannot be copied is not replaced") {
  TestIndex index({.bits = 4, .lists = 4}, 600);
  const ivf::Model model = index.load();
  page_head(index.store.bytes(model.entries[1].head))->rows = 60000;
  ivf::Rebalanced made;
  const Status status = split(index, 1, &made, {fetch, &index});
  CHECK(status.code == StatusCode::kCorrupt);
  CHECK(!made.done);
  CHECK(meta_head_of(index.store.bytes(kMetaPage))->is_unfinished == 0);
}

TEST_CASE("a merge that stops at any moment loses nothing") {
  for (int commits = 0;; ++commits) {
    CAPTURE(commits);
    TestIndex index({.bits = 4, .lists = 16}, 400);
    index.store.stop_after(commits);
    ivf::Model model = index.load(2);
    ivf::Rebalanced made;
    REQUIRE(rebalance(index.store, &model, {{3, 5}, 2, 1}, {fetch, &index}, {index.arena, kMemory},
                      &made)
                .ok());
    CHECK(index.wrong() == nullptr);
    CHECK(index.all_rows(index.vector(0)).size() == 400);
    const bool whole = index.store.commits_left() > 0;
    index.store.stop_after(1 << 30);
    model = index.load(2);
    REQUIRE(rebalance(index.store, &model, {{1, 2}, 2, 1}, {fetch, &index}, {index.arena, kMemory},
                      &made)
                .ok());
    CHECK(made.done);
    CHECK(lists_in_use(index.load()) == (whole ? 14 : commits == 0 ? 15 : lists_in_use(model)));
    CHECK(index.all_rows(index.vector(0)).size() == 400);
    if (whole) {
      break;
    }
  }
}

TEST_CASE("lists that removals have thinned are merged and rewritten") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.bits);
    CAPTURE(static_cast<int>(kind.rerank));
    TestIndex index({.bits = kind.bits, .lists = 20, .rerank = kind.rerank}, 2000);
    CHECK(comes_to_rest(index));
    remove(index, [](void*, RowId row) { return TestIndex::number(row) % 10 != 0; });
    CHECK(compact(index) > 10);
    CHECK(index.wrong() == nullptr);
    CHECK(lists_in_use(index.model) <= 8);
    CHECK(index.all_rows(index.vector(0)).size() == 200);
    CHECK(found_by_themselves(index, 50, 10) >= 48);
    CHECK(comes_to_rest(index));
  }
}

TEST_CASE("pages that are free are reported again, those never made are not") {
  TestIndex index({.bits = 4, .lists = 1}, 600);
  ivf::Rebalanced made;
  REQUIRE(split(index, 0, &made, {fetch, &index}).ok());
  REQUIRE(made.done);
  PageId never = kNoPage;
  std::byte* bytes = nullptr;
  REQUIRE(index.store.add(&never, &bytes).ok());
  index.store.released.clear();
  index.model = index.load();
  std::vector<ivf::PageUse> use(index.store.size());
  RemovedRows removed{[](void*, RowId) { return false; }, nullptr, 0, 0};
  for (PageId page = 1; page < index.store.size(); ++page) {
    REQUIRE(remove_rows(index.store, index.model, page, &removed, &use[page]).ok());
  }
  REQUIRE(mark_in_use(index.store, index.model, index.store.pages(), use.data()).ok());
  REQUIRE(ivf::free_unused(index.store, index.store.pages(), use.data()).ok());
  CHECK(index.store.released.count(never) == 0);
  CHECK(!index.store.released.empty());
  CHECK(index.wrong() == nullptr);
}

TEST_CASE("when all rows are gone, lists go too") {
  TestIndex index({.bits = 4, .lists = 12}, 1000);
  remove(index, [](void*, RowId) { return true; });
  CHECK(compact(index) >= 11);
  CHECK(lists_in_use(index.model) == 1);
  CHECK(index.all_rows(index.vector(0)).empty());
  CHECK(index.wrong() == nullptr);
  CHECK(index.insert(5, index.vector(5)).ok());
  CHECK(index.all_rows(index.vector(0)) == std::set<int>{5});
}

}  // namespace
}  // namespace vecext::test::rebalance_test
