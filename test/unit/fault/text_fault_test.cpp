// Indexes of texts and of sparse vectors whose changes stop at every call of the store, and ones
// with lost and damaged pages.
#include <memory>
#include <set>

#include "fault/faults.h"
#include "postings/sparse_index.h"
#include "postings/text_index.h"

namespace vecext::test::text_fault_test {
namespace {

constexpr RowId kNew{5000, 1};

bool is_dead(void*, RowId row) {
  return row.line % 3 == 0;
}

/// What checking says, and how many rows there are.
const char* wrong(MemoryStore& store, std::int64_t* rows) {
  TestArena arena;
  postings::Model model;
  if (!postings::load_model(store, arena, nullptr, &model).ok()) {
    return "no model";
  }
  std::set<std::uint64_t> seen;
  const RowVisitor visitor{[](void* context, RowId row, const std::byte*) {
                             auto* before = static_cast<std::set<std::uint64_t>*>(context);
                             return row.page <= 5000 && before->insert(row.packed()).second;
                           },
                           &seen};
  postings::TextSummary summary;
  VerifyFinding finding;
  const Status status = postings::verify(store, model, visitor, arena, &summary, &finding);
  *rows = summary.rows;
  return !status.ok() ? "an error" : finding.what;
}

/// A document of so many terms.
Status insert(MemoryStore& store, int count, std::int32_t list, RowId row = kNew) {
  TestArena arena;
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.push_back("new" + std::to_string(i));
  }
  std::vector<postings::Term> terms;
  for (const std::string& name : names) {
    // A term of weights has four bytes.
    terms.push_back({name.data(), count == 1 ? 4 : static_cast<std::uint32_t>(name.size())});
  }
  const std::vector<std::uint32_t> frequencies(names.size(), 1);
  std::uint32_t pages;
  return postings::insert_text(store, list,
                               {row, static_cast<std::uint32_t>(count), terms.data(),
                                frequencies.data(), static_cast<std::uint32_t>(count)},
                               arena, &pages);
}

template <class Change>
Status with_model(MemoryStore& store, const Change& change) {
  TestArena arena;
  postings::Model model;
  const Status status = postings::load_model(store, arena, nullptr, &model);
  return status.ok() ? change(model, static_cast<Arena>(arena)) : status;
}

Status vacuum(MemoryStore& store, bool (*dead)(void*, RowId)) {
  return with_model(store, [&](const postings::Model& model, Arena arena) {
    RemovedRows rows{dead, nullptr, 0, 0};
    return postings::remove_dead_texts(store, model, arena, &rows);
  });
}
Status free_pages(MemoryStore& store) {
  return with_model(store, [&](const postings::Model& model, Arena arena) {
    return postings::free_unused(store, model, arena);
  });
}
Status flush(MemoryStore& store) {
  constexpr std::uint32_t kMostPages = 3;  // so that some stay for another segment
  postings::Flushed flushed{.is_left = true};
  Status status;
  while (status.ok() && flushed.is_left) {
    TestArena arena;
    status = postings::flush_pending(store, 1, kMostPages, 0, arena, &flushed);
  }
  return status;
}
Status merge(MemoryStore& store) {
  return with_model(store, [&](const postings::Model& model, Arena arena) {
    auto chosen = std::make_unique<std::uint32_t[]>(kMostSegments);
    const std::uint32_t count = postings::choose_all(model, chosen.get());
    return count == 0 ? Status{}
                      : postings::merge_segments(store, model, chosen.get(), count, arena);
  });
}

/// The index is sound, with between least and most rows, and goes on working.
void check_lives(MemoryStore& store, std::int64_t least, std::int64_t most) {
  std::int64_t rows = 0;
  const char* what = wrong(store, &rows);
  CHECK_MESSAGE(what == nullptr, what);
  CHECK(rows >= least);
  CHECK(rows <= most);
  REQUIRE(insert(store, 1, 2, {5000, 2}).ok());
  static int turn = 0;
  if (++turn % 4 == 0) {
    REQUIRE(flush(store).ok());
    REQUIRE(merge(store).ok());
  }
  REQUIRE(vacuum(store, [](void*, RowId) { return false; }).ok());
  REQUIRE(free_pages(store).ok());
  CHECK(meta_head_of(store.bytes(kMetaPage))->is_unfinished == 0);
  std::int64_t now = 0;
  what = wrong(store, &now);
  CHECK_MESSAGE(what == nullptr, what);
  CHECK(now == rows + 1);
}

/// All changes; search() compares what is found with the truth, as long as no row has come or gone.
template <class Search>
int check_faults(MemoryStore& store, int terms, const Search& search) {
  const auto nothing = [] {};
  std::int64_t rows = 0;
  REQUIRE(wrong(store, &rows) == nullptr);
  int failed = 0;
  for (const int count : {1, terms}) {
    CAPTURE(count);
    failed += with_faults(
        store, nothing, [&] { return insert(store, count, 0); },
        [&] { check_lives(store, rows, rows + 1); });
  }
  failed += with_faults(
      store, nothing, [&] { return vacuum(store, is_dead); },
      [&] { check_lives(store, rows / 2, rows); });
  const auto check_same = [&] {
    search();
    check_lives(store, rows, rows);
  };
  failed += with_faults(
      store, nothing, [&] { return flush(store); }, check_same);
  failed += with_faults(
      store, nothing, [&] { return merge(store); }, check_same);
  failed += with_faults(
      store, nothing, [&] { return free_pages(store); }, check_same);
  return failed;
}

struct Texts {
  TextIndex index;
  const CorpusOptions options{.documents = 150, .vocabulary = 25, .longest = 8};

  Texts() {
    std::mt19937 random(3);
    index.add_segment(random_corpus(options, random));
    index.add_segment(random_corpus({.documents = 20, .vocabulary = 25}, random, {500, 0}));
    for (const TestDocument& document :
         random_corpus({.documents = 20, .vocabulary = 25}, random, {1000, 0})) {
      index.insert(document, document.row.line % 2);
    }
  }
};

struct Weights {
  SparseIndex index;
  const VectorOptions options{.dims = 40, .most = 10};
  std::mt19937 random{4};

  Weights() {
    index.add_segment(random_vectors(0, 150, options, random));
    index.add_segment(random_vectors(2000, 20, options, random));
    for (std::uint32_t i = 4000; i < 4020; ++i) {
      index.insert(random_vector(row_at(i), options, random), static_cast<std::int32_t>(i % 2));
    }
  }
};

TEST_CASE("faults: an index of texts loses nothing at any of its calls") {
  Texts texts;
  const Terms query{term_name(0), term_name(3), term_name(17)};
  const int failed = check_faults(texts.index.store, 900, [&] {
    const OracleResult oracle = oracle_search(texts.index.documents, query, texts.index.options(),
                                              [](RowId) { return true; });
    check_found(oracle, texts.index.search(query, 1000), 1000);
  });
  CHECK(failed > 200);
}

TEST_CASE("faults: a VACUUM stops between the pages of a pending document") {
  Texts texts;
  MemoryStore& store = texts.index.store;
  std::int64_t rows = 0;
  REQUIRE(insert(store, 900, 0, {4000, 3}).ok());
  REQUIRE(wrong(store, &rows) == nullptr);
  const auto nothing = [] {};
  const auto check = [&] {
    REQUIRE(flush(store).ok());
    check_lives(store, rows / 2, rows);
  };
  CHECK(with_faults(
            store, nothing, [&] { return vacuum(store, is_dead); }, check) > 20);
}

TEST_CASE("faults: an index of sparse vectors loses nothing at any of its calls") {
  Weights weights;
  const TestVector query = random_vector({0, 0}, weights.options, weights.random);
  CHECK(check_faults(weights.index.store, 1, [&] { weights.index.check_search(query, 10); }) > 150);
}

/// Lost pages and flipped bits: whatever is asked ends, and an index that checking calls sound,
/// with all of its rows, is searched and changed, and is sound afterwards.
template <class Search>
int check_damage(MemoryStore& store, const Search& search) {
  std::int64_t all = 0;
  REQUIRE(wrong(store, &all) == nullptr);
  const auto ask = [&] {
    std::int64_t rows = 0;
    const bool is_sound = wrong(store, &rows) == nullptr && rows == all;
    const auto expect = [is_sound](const Status& status) { CHECK((!is_sound || status.ok())); };
    expect(search());
    expect(insert(store, 1, 1, {4999, 9}));
    expect(vacuum(store, is_dead));
    expect(flush(store));
    expect(merge(store));
    expect(free_pages(store));
    if (is_sound) {
      const char* what = wrong(store, &rows);
      CHECK_MESSAGE(what == nullptr, what);
    }
  };
  return with_lost_pages(store, ask) + with_flipped_bits(store, ask);
}

TEST_CASE("faults: lost pages and flipped bits of indexes of texts and of sparse vectors") {
  Texts texts;
  MemoryStore& store = texts.index.store;
  REQUIRE(insert(store, 900, 1).ok());  // on several pages
  const std::string name = term_name(0);
  const postings::Term term = view_of(name);
  const int damaged = check_damage(store, [&] {
    return with_model(store, [&](const postings::Model& model, Arena arena) {
      Candidates found(arena);
      REQUIRE(found.reset(10));
      postings::SearchCounts counts;
      return postings::search(store, model, {&term, 1, 10, {}, true}, &found, &counts);
    });
  });
  CHECK(damaged > 500);
  Weights weights;
  MemoryStore& of_weights = weights.index.store;
  const TestVector query = random_vector({0, 0}, weights.options, weights.random);
  const int also = check_damage(of_weights, [&] {
    return with_model(of_weights, [&](const postings::Model& model, Arena arena) {
      Candidates found(arena);
      REQUIRE(found.reset(10));
      postings::SearchCounts counts;
      sparse::SparseResult result;
      return sparse::search(of_weights, model, {query.view(), 10, {}, true}, &found, &counts,
                            &result);
    });
  });
  CHECK(also > 500);
}

TEST_CASE("checking texts finds what only changes read") {
  Texts texts;
  MemoryStore& store = texts.index.store;
  std::int64_t rows = 0;
  REQUIRE(insert(store, 900, 4).ok());
  REQUIRE(wrong(store, &rows) == nullptr);
  const std::vector<Page> sound = store.copy();
  for (const std::uint32_t next : {1u, 0xFFFFFFFFu}) {
    text_meta_of(store.bytes(kMetaPage))->head.next_chain = next;
    CHECK(wrong(store, &rows) != nullptr);
  }
  store.restore(sound);
  // The second page of the document has it alone.
  std::byte* page = store.bytes(text_meta_of(store.bytes(kMetaPage))->pending[4].tail);
  auto* part = reinterpret_cast<PendingText*>(page + kPayloadEnd) - 1;
  ++part->row.line;
  CHECK(wrong(store, &rows) != nullptr);
  CHECK(!flush(store).ok());
}

}  // namespace
}  // namespace vecext::test::text_fault_test
