// Damaged pages: nothing reads beyond them, searches end, and checking finds what is wrong.
#include <cstring>

#include "doctest/doctest.h"
#include "postings/text_index.h"

namespace vecext::test::damage_test {
namespace {

TextIndex sample_index(std::mt19937& random) {
  const CorpusOptions options{.documents = 2000, .vocabulary = 300, .longest = 20};
  TextIndex index;
  index.add_segment(random_corpus(options, random));
  for (const TestDocument& document :
       random_corpus({.documents = 60, .vocabulary = 300}, random, {1000, 0})) {
    index.insert(document, 2);
  }
  return index;
}

/// Searches, merges and checks whatever the pages say; the outcome may be any status.
void use(TextIndex& index, std::mt19937& random) {
  TestArena arena;
  postings::Model model;
  if (!postings::load_model(index.store, arena, nullptr, &model).ok()) {
    return;
  }
  for (int q = 0; q < 3; ++q) {
    const Terms query = random_query({.vocabulary = 300}, random);
    std::vector<postings::Term> terms;
    for (const std::string& term : query) {
      terms.push_back(view_of(term));
    }
    Candidates found(arena);
    REQUIRE(found.reset(10));
    postings::SearchCounts counts;
    static_cast<void>(postings::search(
        index.store, model, {terms.data(), static_cast<std::uint32_t>(terms.size()), 10, {}, q > 0},
        &found, &counts));
  }
  const RowVisitor visitor{[](void*, RowId, const std::byte*) { return true; }, nullptr};
  postings::TextSummary summary;
  VerifyFinding finding;
  static_cast<void>(postings::verify(index.store, model, visitor, arena, &summary, &finding));
  RemovedRows rows{[](void*, RowId row) { return row.line % 7 == 0; }, nullptr, 0, 0};
  static_cast<void>(postings::remove_dead_texts(index.store, model, arena, &rows));
  const std::uint32_t chosen[] = {0};
  if (model.meta.segments > 0) {
    static_cast<void>(postings::merge_segments(index.store, model, chosen, 1, arena));
  }
  postings::Flushed flushed;
  static_cast<void>(postings::flush_pending(index.store, 1, 1000, 0, arena, &flushed));
}

TEST_CASE("pages with random bytes") {
  std::mt19937 random(1);
  for (int turn = 0; turn < 150; ++turn) {
    CAPTURE(turn);
    TextIndex index = sample_index(random);
    for (int i = 0; i < 3; ++i) {
      const PageId page = 1 + static_cast<PageId>(random()) % (index.store.pages() - 1);
      std::byte* bytes = index.store.bytes(page);
      const std::size_t from = turn % 2 == 0 ? kPayloadOffset : kPayloadOffset - sizeof(PageHead);
      for (int j = 0; j < 1 << random() % 8; ++j) {
        bytes[from + random() % (kPayloadEnd - from)] = static_cast<std::byte>(random());
      }
    }
    use(index, random);
  }
}

TEST_CASE("VACUUM notices a page that is none of its segment or list") {
  std::mt19937 random(3);
  TextIndex index = sample_index(random);
  TestArena arena;
  postings::Model model;
  REQUIRE(postings::load_model(index.store, arena, nullptr, &model).ok());
  const postings::Segment& segment = model.segments[0];
  for (const PageId page : {segment.pages[kLengthPages][0], segment.pages[kRowPages][0],
                            segment.pages[kLivePages][0], model.meta.pending[2].head}) {
    CAPTURE(page);
    const std::vector<Page> sound = index.store.copy();
    // Of another chain, or of another kind: as it could be if segments were replaced.
    if (page == model.meta.pending[2].head) {
      init_page(index.store.bytes(page), PageKind::kTextTerms, 0, 1);
    } else {
      page_head(index.store.bytes(page))->chain += 1000;
    }
    RemovedRows rows{[](void*, RowId row) { return row.line % 7 == 0; }, nullptr, 0, 0};
    CHECK(postings::remove_dead_texts(index.store, model, arena, &rows).code ==
          StatusCode::kCorrupt);
    index.store.restore(sound);
  }
}

TEST_CASE("inserts notice a list whose last page is none of pending documents") {
  std::mt19937 random(3);
  TextIndex index = sample_index(random);
  TestDocument narrow{.row = {9000, 1}, .terms = {}};
  narrow.terms["a"] = 1;
  TestDocument wide{.row = {9000, 2}, .terms = {}};
  for (int i = 0; i < 3000; ++i) {
    wide.terms["term" + std::to_string(i)] = 1;
  }
  const PageId last = text_meta_of(index.store.bytes(kMetaPage))->pending[2].tail;
  std::byte* bytes = index.store.bytes(last);
  // Its next page is the meta page then.
  std::memset(bytes + kPayloadOffset - sizeof(PageHead), 0, sizeof(PageHead));
  std::uint32_t pages;
  CHECK(index.try_insert(narrow, 2, &pages).code == StatusCode::kCorrupt);
  CHECK(index.try_insert(wide, 2, &pages).code == StatusCode::kCorrupt);
  // Other lists go on.
  CHECK(index.try_insert(narrow, 3, &pages).ok());
  CHECK(index.try_insert(wide, 3, &pages).ok());
}

/// Calls damage(bytes) with the first page of that kind, and expects a finding.
template <class Damage>
void check_found_by_verify(PageKind kind, const Damage& damage) {
  std::mt19937 random(2);
  TextIndex index = sample_index(random);
  CHECK(index.verify().what == nullptr);
  for (PageId page = 0; page < index.store.pages(); ++page) {
    if (check_page(index.store.bytes(page), kind).ok()) {
      damage(index.store.bytes(page));
      break;
    }
  }
  CAPTURE(static_cast<int>(kind));
  CHECK(index.verify().what != nullptr);
}

TEST_CASE("checking finds a damaged bound, length, row, bit, posting, term, hash or count") {
  check_found_by_verify(PageKind::kTextHeads, [](std::byte* page) { --block_heads(page)->bound; });
  check_found_by_verify(PageKind::kTextHeads, [](std::byte* page) { ++block_heads(page)->bound; });
  check_found_by_verify(PageKind::kTextHeads, [](std::byte* page) { ++block_heads(page)->first; });
  check_found_by_verify(PageKind::kTextLengths, [](std::byte* page) { ++text_bytes(page)[77]; });
  check_found_by_verify(PageKind::kTextRows, [](std::byte* page) { ++row_entries(page)[1].page; });
  check_found_by_verify(PageKind::kTextRows,
                        [](std::byte* page) { row_entries(page)[1].lines ^= 1ull << 40; });
  check_found_by_verify(PageKind::kTextLive, [](std::byte* page) { live_words(page)[3] ^= 4; });
  check_found_by_verify(PageKind::kTextBlocks, [](std::byte* page) { text_bytes(page)[200] ^= 1; });
  check_found_by_verify(PageKind::kTextShort, [](std::byte* page) { text_bytes(page)[20] ^= 64; });
  check_found_by_verify(PageKind::kTextTerms, [](std::byte* page) { text_bytes(page)[1] = 0x7F; });
  check_found_by_verify(PageKind::kTextPending, [](std::byte* page) { ++pending_hashes(page)[1]; });
  check_found_by_verify(PageKind::kMeta,
                        [](std::byte* page) { ++text_meta_of(page)->entries[0].tokens; });
  check_found_by_verify(PageKind::kMeta,
                        [](std::byte* page) { ++text_meta_of(page)->entries[0].terms; });
  // The rest of the pending documents is lost; a list without documents has a last page.
  check_found_by_verify(PageKind::kTextPending,
                        [](std::byte* page) { page_head(page)->next = kNoPage; });
  check_found_by_verify(PageKind::kMeta,
                        [](std::byte* page) { text_meta_of(page)->pending[5].tail = 1; });
}

}  // namespace
}  // namespace vecext::test::damage_test
