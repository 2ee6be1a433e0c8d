// Inserts, segments made of pending documents, merging, removed rows: after each, searches find
// what the oracle finds, and the index is sound.
#include <memory>

#include "doctest/doctest.h"
#include "postings/text_index.h"

namespace vecext::test::update_test {
namespace {

void check_sound(TextIndex& index) {
  const VerifyFinding finding = index.verify();
  CAPTURE(finding.page);
  CHECK_MESSAGE(finding.what == nullptr, finding.what);
}

void check_queries(TextIndex& index, const CorpusOptions& options, std::mt19937& random,
                   int queries) {
  for (int q = 0; q < queries; ++q) {
    CAPTURE(q);
    const Terms query = random_query(options, random);
    const OracleResult oracle =
        oracle_search(index.documents, query, index.options(), [](RowId) { return true; });
    for (const std::int32_t k : {1, 10, 1000}) {
      check_found(oracle, index.search(query, k), k);
      check_found(oracle, index.search(query, k, {}, false), k);
    }
  }
}

/// Pages of the index that are not free.
std::size_t pages_in_use(TextIndex& index) {
  std::size_t n = 0;
  for (PageId page = 0; page < index.store.pages(); ++page) {
    n += check_page(index.store.bytes(page), PageKind::kFree).ok() ? 0 : 1;
  }
  return n;
}

TEST_CASE("documents are found once they are inserted") {
  TextIndex index;
  index.insert({{1, 1}, {{"one", 1}, {"two", 3}}}, 0);
  CHECK(index.search({"two"}, 10).size() == 1);
  index.insert({{1, 2}, {{"two", 1}}}, 5);
  CHECK(index.search({"two"}, 10).size() == 2);
  index.insert({{1, 3}, {}}, 0);
  CHECK(index.search({"two"}, 10).size() == 2);
  check_sound(index);
  CHECK(index.flush());
  CHECK(!index.flush());
  CHECK(index.search({"two"}, 10).size() == 2);
  check_sound(index);
}

TEST_CASE("a life of random steps") {
  std::mt19937 random(1);
  for (int turn = 0; turn < 30; ++turn) {
    CAPTURE(turn);
    const CorpusOptions options{.documents = 1 + random() % 200,
                                .vocabulary = 5 + random() % 200,
                                .skew = 0.8,
                                .longest = 1 + random() % 60};
    TextIndex index;
    RowId row{0, 0};
    for (int step = 0; step < 12; ++step) {
      CAPTURE(step);
      const TermSource source(options.vocabulary, options.skew);
      switch (random() % 6) {
        case 0:
        case 1:
        case 2: {
          // Two sequences of rows, so that merging has to mix them.
          for (std::size_t i = 0; i < options.documents; ++i) {
            RowId at = next_row(&row, options, random);
            at.page += random() % 2 == 0 ? 0 : 1000000;
            index.insert(random_document(at, options, source, random),
                         static_cast<std::int32_t>(random() % 8));
          }
          break;
        }
        case 3:
          index.flush(1 + random() % 3);
          break;
        case 4:
          if (text_meta_of(index.store.bytes(0))->segments > 0) {
            // Dead documents are forgotten once no segment and no list has them.
            index.flush();
            index.merge_all();
            index.forget_dead();
          }
          break;
        default:
          // Dead pending documents count until they are in a segment.
          index.flush();
          index.remove(0.3, random);
      }
      check_queries(index, options, random, 2);
      check_sound(index);
    }
  }
}

TEST_CASE("dead pending documents are not found, and not flushed") {
  std::mt19937 random(2);
  const CorpusOptions options{.documents = 500};
  TextIndex index;
  for (const TestDocument& document : random_corpus(options, random)) {
    index.insert(document, static_cast<std::int32_t>(document.row.page % 3));
  }
  index.remove(0.5, random);
  check_queries(index, options, random, 10);
  check_sound(index);
  CHECK(index.flush());
  index.forget_dead();
  check_queries(index, options, random, 10);
  check_sound(index);
  index.remove(1, random);
  CHECK(index.search({term_name(0), term_name(1)}, 10).empty());
  index.merge_all();
  index.forget_dead();
  check_sound(index);
  CHECK(text_meta_of(index.store.bytes(0))->segments == 0);
}

TEST_CASE("a document of many terms is on several pages, and visible as a whole") {
  std::mt19937 random(3);
  TextIndex index;
  TestDocument wide{{7, 1}, {}, false};
  for (int i = 0; i < 20000; ++i) {
    wide.terms["term" + std::to_string(i)] = 1 + i % 3;
  }
  wide.terms[std::string(2047, 'x')] = 200;
  index.insert({{6, 1}, {{"term5", 1}}}, 0);
  // As if the server had stopped before the last record.
  for (const int commits : {0, 3, 1 << 20}) {
    index.store.stop_after(commits);
    index.insert(wide, 0);
    if (commits < 100) {
      CHECK(index.store.commits_left() == 0);
      index.documents.pop_back();
    }
    index.store.stop_after(1 << 30);
    for (const Terms& query : {Terms{"term5", "term17", "term19999"}, Terms{"term5"},
                               Terms{std::string(2047, 'x'), "term5"}}) {
      const OracleResult oracle =
          oracle_search(index.documents, query, index.options(), [](RowId) { return true; });
      check_found(oracle, index.search(query, 10), 10);
    }
    check_sound(index);
  }
  index.insert({{8, 1}, {{"term17", 1}}}, 0);
  CHECK(index.flush());
  check_sound(index);
  CHECK(index.search({"term17"}, 10).size() == 2);
  TestArena arena;
  const postings::Model model = index.load(arena);
  const std::size_t before = pages_in_use(index);
  REQUIRE(postings::free_unused(index.store, model, arena).ok());
  CHECK(pages_in_use(index) < before);  // parts of documents that were not inserted
  check_sound(index);
}

TEST_CASE("a flush takes as many pages as it may, and leaves the others in their lists") {
  std::mt19937 random(7);
  const CorpusOptions options{.documents = 300, .longest = 60};
  TextIndex index;
  std::int32_t list = 0;
  for (const TestDocument& document : random_corpus(options, random)) {
    index.insert(document, list++ % 3);
  }
  // Documents of several pages stay whole, wherever they lie.
  for (std::uint32_t i = 0; i < 6; ++i) {
    TestDocument wide{{900 + i, 1}, {}};
    for (int j = 0; j < 3000; ++j) {
      wide.terms["wide" + std::to_string(i) + "of" + std::to_string(j)] = 1;
    }
    index.insert(wide, static_cast<std::int32_t>(i % 2));
    index.insert({{950 + i, 1}, {{"term17", 1}}}, static_cast<std::int32_t>(i % 2));
  }
  const auto pending = [&index] {
    std::uint32_t pages = 0;
    for (const PendingList& of : text_meta_of(index.store.bytes(0))->pending) {
      pages += of.pages;
    }
    return pages;
  };
  int flushes = 0;
  for (postings::Flushed flushed{.is_left = true}; flushed.is_left; ++flushes) {
    const std::uint32_t before = pending();
    flushed = index.flush_some(1, 4);
    CHECK(flushed.is_made);
    CHECK(pending() < before);
    check_queries(index, options, random, 3);
    check_sound(index);
    CHECK(index.search({"wide3of2999"}, 10).size() == 1);
    // What comes meanwhile goes to the ends of the lists.
    index.insert({{1000 + static_cast<std::uint32_t>(flushes), 1}, {{"term17", 1}}}, flushes % 3);
  }
  CHECK(flushes > 5);
  index.flush();
  check_queries(index, options, random, 3);
  check_sound(index);
  index.merge_all();
  check_queries(index, options, random, 3);
  check_sound(index);
}

TEST_CASE("a change that stops anywhere leaves the index as it was, or as it should be") {
  std::mt19937 random(4);
  const CorpusOptions options{.documents = 150, .longest = 20};
  // The change is a merge, or a flush of all pages or of one.
  for (const std::uint32_t most_pages : {0u, 1000u, 1u}) {
    for (int commits = 0;; ++commits) {
      CAPTURE(commits);
      TextIndex index;
      std::mt19937 same(5);
      index.add_segment(random_corpus(options, same));
      index.add_segment(random_corpus(options, same, {200, 0}));
      for (const TestDocument& document : random_corpus(options, same, {300, 0})) {
        index.insert(document, 0);
      }
      TestArena arena;
      index.store.stop_after(commits);
      if (most_pages == 0) {
        index.merge_all();
      } else {
        // A page that a stopped change did not write is not there for what follows in it either.
        postings::Flushed flushed;
        static_cast<void>(postings::flush_pending(index.store, 1, most_pages, 0, arena, &flushed));
      }
      const bool is_done = index.store.commits_left() > 0;
      index.store.stop_after(1 << 30);
      check_queries(index, options, random, 1);
      check_sound(index);
      const postings::Model model = index.load(arena);
      REQUIRE(postings::free_unused(index.store, model, arena).ok());
      CHECK(text_meta_of(index.store.bytes(0))->head.is_unfinished == 0);
      check_queries(index, options, random, 1);
      check_sound(index);
      if (is_done) {
        break;
      }
    }
  }
}

TEST_CASE("a search with an old model is stale once segments were replaced") {
  std::mt19937 random(6);
  const CorpusOptions options{.documents = 300};
  TextIndex index;
  index.add_segment(random_corpus(options, random));
  index.add_segment(random_corpus(options, random, {100, 0}));
  TestArena arena;
  const postings::Model old = index.load(arena);
  const std::string name = term_name(0);
  const postings::Term term = view_of(name);
  const auto search = [&](const postings::Model& model) {
    Candidates found(arena);
    REQUIRE(found.reset(10));
    postings::SearchCounts counts;
    return postings::search(index.store, model, {&term, 1, 10, {}, true}, &found, &counts).code;
  };
  CHECK(search(old) == StatusCode::kOk);
  index.merge_all();
  CHECK(search(old) == StatusCode::kStale);
  // Also where only the pages say so.
  postings::Model mixed = old;
  mixed.meta.head.changes = text_meta_of(index.store.bytes(0))->head.changes;
  CHECK(search(mixed) == StatusCode::kStale);
  // What is known of a segment that is still there is not read again.
  postings::Model now;
  REQUIRE(postings::load_model(index.store, arena, &old, &now).ok());
  postings::Model again;
  REQUIRE(postings::load_model(index.store, arena, &now, &again).ok());
  CHECK(again.segments[0].pages[0] == now.segments[0].pages[0]);
  CHECK(search(again) == StatusCode::kOk);
}

TEST_CASE("a model finds what was inserted after it was loaded, or is stale") {
  TextIndex index;
  const std::string name = "word";
  const postings::Term term = view_of(name);
  TestArena arena;
  postings::Model model = index.load(arena);
  std::size_t stale = 0;
  for (std::uint16_t i = 1; i <= 1200; ++i) {
    index.insert({{1, i}, {{"word", 1}, {"another" + std::to_string(i), 1}}}, i % 8);
    if (i % 500 == 0) {
      index.flush();
    }
    for (StatusCode code = StatusCode::kStale; code != StatusCode::kOk;) {
      Candidates found(arena);
      REQUIRE(found.reset(2000));
      postings::SearchCounts counts;
      code = postings::search(index.store, model, {&term, 1, 2000, {}, true}, &found, &counts).code;
      if (code == StatusCode::kStale) {
        ++stale;
        model = index.load(arena);
        continue;
      }
      REQUIRE(code == StatusCode::kOk);
      std::int64_t count;
      found.sorted(&count);
      REQUIRE(count == i);
    }
  }
  CHECK(stale == 8 + 2);
}

/// Pages of pending documents, whether or not something leads to them.
std::size_t pending_pages(TextIndex& index) {
  std::size_t n = 0;
  for (PageId page = 0; page < index.store.pages(); ++page) {
    n += check_page(index.store.bytes(page), PageKind::kTextPending).ok() ? 1 : 0;
  }
  return n;
}

/// A document whose terms are on several pages.
TestDocument wide_document(RowId row) {
  TestDocument wide{row, {}, false};
  for (int i = 0; i < 3000; ++i) {
    wide.terms["term" + std::to_string(i)] = 1;
  }
  return wide;
}

/// A list of the index, as an inserter knows it.
postings::KnownList known_list(TextIndex& index, std::int32_t number) {
  postings::KnownList known;
  REQUIRE(postings::read_pending_list(index.store, number, &known).ok());
  return known;
}

TEST_CASE("a search is stale if pages of a list are used again meanwhile") {
  TextIndex index;
  index.store.reuses = true;
  index.insert({{1, 1}, {{"one", 1}}}, 0);
  TestArena arena;
  const postings::Model model = index.load(arena);
  const std::string word = "one";
  const postings::Term term = view_of(word);
  postings::Query query;
  REQUIRE(postings::make_query(&term, 1, arena, &query));
  CHECK(check_current(index.store, model).ok());
  CHECK(index.flush());
  index.insert({{1, 2}, {{"two", 1}}}, 3);
  CHECK(text_meta_of(index.store.bytes(0))->pending[3].head == model.meta.pending[0].head);
  postings::PendingScan scan(&query, arena);
  REQUIRE(scan.begin());
  postings::SearchCounts counts;
  CHECK(scan_pending(index.store, model, &scan, &counts).code == StatusCode::kStale);
}

TEST_CASE("a document is not added to a page that is used again meanwhile") {
  const TestDocument late{{2, 1}, {{"late", 1}}, false};
  const std::string word = "late";
  const postings::Term term = view_of(word);
  const std::uint32_t frequency = 1;
  const postings::NewText text{late.row, late.length(), &term, &frequency, 1};
  TestArena arena;
  auto* part = Arena(arena).array<postings::TextPartOnPage>(1);
  std::uint32_t from = 0;
  postings::make_part(text, &from, part);
  for (const bool is_linked : {false, true}) {
    CAPTURE(is_linked);
    TextIndex index;
    index.store.reuses = true;
    index.insert({{1, 1}, {{"one", 1}}}, 0);
    const postings::KnownList known = known_list(index, 0);
    CHECK(index.flush());
    if (is_linked) {
      // The page is the first one of another list.
      index.insert({{1, 2}, {{"two", 1}}}, 3);
    } else {
      // The page is one of a document that is not linked yet.
      postings::NewPages pages;
      REQUIRE(postings::begin_change(index.store, &pages.chain).ok());
      REQUIRE(postings::write_parts(index.store, text, part, &pages).ok());
      CHECK(pages.first == known.list.tail);
    }
    std::uint32_t pages;
    CHECK(postings::append_part(index.store, 0, known, *part, &pages).code == StatusCode::kStale);
    CHECK(postings::append_part(index.store, 0, known_list(index, 0), *part, &pages).ok());
    index.documents.push_back(late);
    CHECK(index.search({"late"}, 10).size() == 1);
    check_sound(index);
    CHECK(index.flush());
    check_sound(index);
  }
}

TEST_CASE("lists that one flush closes do not take each other's pages for theirs") {
  TextIndex index;
  index.store.reuses = true;
  std::uint16_t row = 0;
  const auto fill = [&](std::int32_t list) {
    TestDocument document{{1, ++row}, {}, false};
    for (int i = 0; i < 650; ++i) {
      document.terms["w" + std::to_string(i)] = 1;
    }
    return index.insert(document, list);
  };
  fill(0);
  fill(1);
  CHECK(index.flush());
  while (fill(0) < 4) {
  }
  const postings::KnownList known = known_list(index, 0);
  CHECK(known.chain != known_list(index, 1).chain);
  CHECK(index.flush(4));
  while (known_list(index, 1).list.tail != known.list.tail) {
    fill(1);
  }
  // The other list's last page has no room, so a page would be added behind it.
  const TestDocument late{{2, 1}, {{std::string(kPendingTextRoom / 2, 'x'), 1}}, false};
  const postings::Term term = view_of(late.terms.begin()->first);
  const std::uint32_t frequency = 1;
  TestArena arena;
  auto* part = Arena(arena).array<postings::TextPartOnPage>(1);
  std::uint32_t from = 0;
  postings::make_part({late.row, late.length(), &term, &frequency, 1}, &from, part);
  std::uint32_t pages;
  CHECK(postings::append_part(index.store, 0, known, *part, &pages).code == StatusCode::kStale);
  check_sound(index);
  CHECK(index.flush());
  check_sound(index);
}

TEST_CASE("an insert of a wide document that stops anywhere leaves no pages that stay unused") {
  TextIndex index;
  index.insert({{1, 1}, {{"one", 1}}}, 0);
  const std::size_t before = pending_pages(index);
  const std::vector<Page> start = index.store.copy();
  bool is_inserted = false;
  for (int kept = 0; !is_inserted; ++kept) {
    CAPTURE(kept);
    index.store.stop_after(kept);
    std::uint32_t pages;
    REQUIRE(index.try_insert(wide_document({1, 2}), 0, &pages).ok());
    is_inserted = index.store.commits_left() > 0;
    index.store.stop_after(1 << 30);
    TestArena arena;
    const postings::Model model = index.load(arena);
    const bool has_wide = model.meta.pending[0].pages > 1;
    if (model.meta.head.is_unfinished != 0) {
      REQUIRE(postings::free_unused(index.store, model, arena).ok());
    }
    CHECK((has_wide || pending_pages(index) == before));
    CHECK(meta_head_of(index.store.bytes(0))->is_unfinished == 0);
    CHECK(has_wide >= is_inserted);
    index.store.restore(start);
  }
}

TEST_CASE("a wide document that another backend overtakes leaves no pages") {
  TextIndex index;
  const postings::KnownList empty = known_list(index, 0);
  index.insert({{1, 1}, {{"one", 1}}}, 0);
  const std::size_t before = pages_in_use(index);
  const TestDocument wide = wide_document({1, 2});
  std::vector<postings::Term> terms;
  for (const auto& [term, frequency] : wide.terms) {
    terms.push_back(view_of(term));
  }
  const std::vector<std::uint32_t> frequencies(terms.size(), 1);
  TestArena arena;
  auto* part = Arena(arena).array<postings::TextPartOnPage>(1);
  std::uint32_t pages;
  const postings::NewText text{wide.row, wide.length(), terms.data(), frequencies.data(),
                               static_cast<std::uint32_t>(terms.size())};
  CHECK(postings::append_parts(index.store, 0, empty, text, part, &pages).code ==
        StatusCode::kStale);
  CHECK(pages_in_use(index) == before);
  CHECK(meta_head_of(index.store.bytes(0))->is_unfinished == 0);
  check_sound(index);
}

TEST_CASE("which segments are merged") {
  std::mt19937 random(7);
  TextIndex index;
  std::uint32_t chosen[kMostSegments];
  for (std::uint32_t i = 0; i < 8; ++i) {
    TestArena arena;
    CHECK(postings::choose_merge(index.load(arena), UINT32_MAX, chosen) == 0);
    index.add_segment(random_corpus({.documents = 40}, random, {10 * i, 0}));
  }
  TestArena arena;
  CHECK(postings::choose_merge(index.load(arena), UINT32_MAX, chosen) == 8);
  CHECK(postings::choose_merge(index.load(arena), 39, chosen) == 0);
  index.merge_all();
  CHECK(postings::choose_merge(index.load(arena), UINT32_MAX, chosen) == 0);
  index.remove(0.5, random);
  REQUIRE(postings::choose_merge(index.load(arena), UINT32_MAX, chosen) == 1);
  CHECK(chosen[0] == 0);
}

TEST_CASE("which segments VACUUM merges") {
  std::mt19937 random(9);
  // Living documents of an index's segments, and how many of them are merged, the smallest first.
  const struct {
    std::vector<std::uint32_t> sizes;
    std::uint32_t merged;
  } cases[] = {{{100}, 0},
               {{100, 400}, 2},
               {{100, 401}, 0},
               {{1000, 3, 20, 93}, 0},
               {{3, 20, 80, 400, 420}, 5},
               {{3, 20, 21, 3000}, 3}};
  for (const auto& [sizes, merged] : cases) {
    TextIndex index;
    std::uint32_t page = 0;
    for (const std::uint32_t size : sizes) {
      index.add_segment(random_corpus({.documents = size}, random, {page, 0}));
      page += 10000;
    }
    TestArena arena;
    std::uint32_t chosen[kMostSegments];
    CHECK(postings::choose_merge_of_vacuum(index.load(arena), chosen) == merged);
  }
  TextIndex index;
  index.add_segment(random_corpus({.documents = 1000}, random));
  index.remove(0.5, random);
  TestArena arena;
  std::uint32_t chosen[kMostSegments];
  CHECK(postings::choose_merge_of_vacuum(index.load(arena), chosen) == 1);
}

TEST_CASE("no segment is made of more documents than one may have") {
  std::mt19937 random(10);
  TextIndex index;
  for (std::uint32_t i = 0; i < 10; ++i) {
    index.add_segment(random_corpus({.documents = 40}, random, {10 * i, 0}));
  }
  TestArena arena;
  std::uint32_t chosen[kMostSegments];
  const postings::Model model = index.load(arena);
  CHECK(postings::choose_all(model, chosen) == 10);
  const auto set_documents = [&](std::uint32_t documents) {
    for (std::uint32_t i = 0; i < 10; ++i) {
      model.segments[i].entry.documents = documents;
      model.segments[i].entry.living = documents;
    }
  };
  set_documents(600'000'000);
  CHECK(postings::choose_all(model, chosen) == 3);
  CHECK(postings::choose_merge(model, UINT32_MAX, chosen) == 3);
  CHECK(postings::choose_merge_of_vacuum(model, chosen) == 3);
  set_documents(1'500'000'000);
  CHECK(postings::choose_all(model, chosen) == 0);
  CHECK(postings::choose_merge(model, UINT32_MAX, chosen) == 0);
  CHECK(postings::choose_merge_of_vacuum(model, chosen) == 0);
  model.segments[4].entry.living = 100;
  CHECK(postings::choose_all(model, chosen) == 2);
  CHECK(chosen[1] == 4);
}

TEST_CASE("bounds hold when the average length has changed") {
  std::mt19937 random(8);
  TextIndex index;
  const CorpusOptions small{.documents = 9000, .vocabulary = 500, .longest = 4};
  const CorpusOptions large{.documents = 300, .vocabulary = 500, .longest = 400};
  index.add_segment(random_corpus(small, random));
  check_queries(index, small, random, 5);
  index.add_segment(random_corpus(large, random, {2000, 0}));
  check_queries(index, small, random, 10);
}

TEST_CASE("an index with as many segments as there may be keeps its pending documents") {
  std::mt19937 random(41);
  const CorpusOptions options{.documents = kMostSegments + 1, .vocabulary = 20, .longest = 8};
  const auto corpus = random_corpus(options, random);
  TextIndex index;
  for (std::uint32_t i = 0; i < kMostSegments; ++i) {
    index.insert(corpus[i], 0);
    REQUIRE(index.flush());
  }
  index.insert(corpus.back(), 0);
  CHECK(!index.flush());
  CHECK(meta_head_of(index.store.bytes(0))->is_unfinished == 0);
  CHECK(index.verify().what == nullptr);
  const auto all = [](RowId) { return true; };
  const Terms query{term_name(0), term_name(1), term_name(3)};
  const OracleResult oracle = oracle_search(index.documents, query, index.options(), all);
  check_found(oracle, index.search(query, 200), 200);
  index.merge_all();
  CHECK(index.flush());
  CHECK(index.verify().what == nullptr);
  check_found(oracle, index.search(query, 200), 200);
}

}  // namespace
}  // namespace vecext::test::update_test
