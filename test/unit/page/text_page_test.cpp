// The bytes of pages of texts, as they are on disk: a change here is a change of format.
#include "core/page/text_pages.h"

#include <cstring>
#include <string>

#include "core/page/pending_text_page.h"
#include "core/postings/segment/term_page.h"
#include "core/postings/update/create.h"
#include "doctest/doctest.h"
#include "page_image.h"

namespace vecext::text_page_test {
namespace {

using test::at;
using test::Page;

TEST_CASE("the meta page of texts") {
  Page page{};
  postings::init_text_meta(page.data(), {.bm25 = {1.5F, 0.5F},
                                         .flags = kReadsBigrams,
                                         .config = 0x0123456789ABCDEF,
                                         .config_name = "english"});
  CHECK(at<std::uint32_t>(page, 64) == kMetaMagic);
  CHECK(at<std::uint8_t>(page, 68) == 3);
  CHECK(at<float>(page, 64 + 24) == 1.5F);
  CHECK(at<float>(page, 64 + 28) == 0.5F);
  CHECK(at<std::uint32_t>(page, 64 + 32) == 1);
  CHECK(at<std::uint32_t>(page, 64 + 36) == 0);
  CHECK(at<std::uint64_t>(page, 64 + 40) == 0x0123456789ABCDEF);
  CHECK(std::strcmp(reinterpret_cast<const char*>(page.data()) + 64 + 56, "english") == 0);
  CHECK(at<PageId>(page, 64 + 120) == kNoPage);
  CHECK(check_text_meta_page(page.data()).ok());

  TextMeta* meta = text_meta_of(page.data());
  meta->segments = 1;
  meta->entries[0] = {.chain = 7,
                      .documents = 10000,
                      .living = 9999,
                      .terms = 5,
                      .tokens = 30000,
                      .postings = 20000,
                      .average = 3,
                      .k1 = 1.5F,
                      .b = 0.5F,
                      .directory = 77,
                      .pages = {2, 25, 1, 4, 1, 1, 1},
                      .separators = 12};
  CHECK(at<std::uint32_t>(page, 64 + 216) == 7);
  CHECK(at<std::uint64_t>(page, 64 + 216 + 16) == 30000);
  CHECK(at<PageId>(page, 64 + 216 + 44) == 77);
  CHECK(at<std::uint32_t>(page, 64 + 216 + 52) == 25);
  CHECK(at<std::uint32_t>(page, 64 + 216 + 76) == 12);
  CHECK(check_text_meta_page(page.data()).ok());
  const auto is_refused = [&](const auto& damage) {
    Page damaged = page;
    damage(*text_meta_of(damaged.data()));
    return check_text_meta_page(damaged.data()).code == StatusCode::kCorrupt;
  };
  CHECK(is_refused([](TextMeta& m) { m.segments = kMostSegments + 1; }));
  CHECK(is_refused([](TextMeta& m) { m.k1 = -1; }));
  CHECK(is_refused([](TextMeta& m) { m.b = 1.5F; }));
  CHECK(is_refused([](TextMeta& m) { m.entries[0].documents = 0; }));
  CHECK(is_refused([](TextMeta& m) { m.entries[0].living = 10001; }));
  CHECK(is_refused([](TextMeta& m) { m.entries[0].pages[kLengthPages] = 3; }));
  CHECK(is_refused([](TextMeta& m) { m.entries[0].average = 0; }));
  meta->head.version = 2;
  CHECK(check_text_meta_page(page.data()).code == StatusCode::kOtherVersion);
}

TEST_CASE("pages of a segment are of their part and chain") {
  Page page{};
  for (int i = 0; i < kTextParts; ++i) {
    const auto part = static_cast<TextPart>(i);
    init_page(page.data(), kind_of(part), 0, 5);
    CHECK(at<std::uint16_t>(page, 8184) == 17 + i);
    CHECK(check_text_page(page.data(), part, 5).ok());
    CHECK(check_text_page(page.data(), part, 6).code == StatusCode::kStale);
    CHECK(check_text_page(page.data(), i == 0 ? kRowPages : kLengthPages, 5).code ==
          StatusCode::kStale);
    page_head(page.data())->rows = static_cast<std::uint16_t>(most_on_page(part));
    if (most_on_page(part) < 0xFFFF) {
      ++page_head(page.data())->rows;
      CHECK(check_text_page(page.data(), part, 5).code == StatusCode::kCorrupt);
    }
    empty_page(page.data());
    CHECK(check_text_page(page.data(), part, 5).code == StatusCode::kStale);
  }
  CHECK(check_text_page(Page{}.data(), kRowPages, 5).code == StatusCode::kCorrupt);
}

TEST_CASE("heads of blocks and rows") {
  Page page{};
  init_page(page.data(), PageKind::kTextHeads, 0, 5);
  block_heads(page.data())[2] = {1000, 77, 160, 9, 5 | 2 << 5};
  CHECK(at<std::uint32_t>(page, 64 + 24) == 1000);
  CHECK(at<std::uint32_t>(page, 64 + 28) == 77);
  CHECK(at<std::uint16_t>(page, 64 + 32) == 160);
  CHECK(at<std::uint8_t>(page, 64 + 34) == 9);
  CHECK(block_heads(page.data())[2].gap_width() == 5);
  CHECK(block_heads(page.data())[2].extra_width() == 2);
  CHECK(block_heads(page.data())[2].bytes() == 112);
  init_page(page.data(), PageKind::kTextRows, 0, 5);
  row_entries(page.data())[1] = {9, 64, 0, 500, 0x8000000000000001};
  CHECK(at<std::uint32_t>(page, 64 + 20) == 9);
  CHECK(at<std::uint16_t>(page, 64 + 24) == 64);
  CHECK(at<std::uint32_t>(page, 64 + 28) == 500);
  CHECK(at<std::uint64_t>(page, 64 + 32) == 0x8000000000000001);
}

postings::Term term_of(const char* bytes) {
  return {bytes, static_cast<std::uint32_t>(std::strlen(bytes))};
}

TEST_CASE("terms on a page: in groups, by what they share with the one before") {
  Page page{};
  init_page(page.data(), PageKind::kTextTerms, 0, 5);
  postings::TermPageWriter writer;
  writer.begin(page.data());
  CHECK(writer.add(term_of("cat"), {1, 200, 3, 300}));
  CHECK(writer.add(term_of("cats"), {5, 100, 0, 8120}));
  const std::uint8_t want[] = {3, 'c', 'a', 't', 1,   200,  0xAC, 2, 3,  // document 300, extra 3
                               3, 1,   's', 5,   100, 0xB8, 0x3F};       // byte 8120
  CHECK(std::memcmp(page.data() + 64, want, sizeof want) == 0);
  CHECK(at<std::uint16_t>(page, 8184 - 2) == 0);
  postings::TermEntry entry{};
  bool found = false;
  REQUIRE(postings::find_on_page(page.data(), term_of("cats"), &entry, &found).ok());
  CHECK((found && entry.df == 5 && entry.bound == 100 && entry.place == 8120));
  REQUIRE(postings::find_on_page(page.data(), term_of("catt"), &entry, &found).ok());
  CHECK(!found);
  REQUIRE(postings::find_on_page(page.data(), term_of(""), &entry, &found).ok());
  CHECK(!found);
}

TEST_CASE("a page of terms takes the longest, and finds all it has") {
  for (const std::size_t length : {1, 7, 100, 2047}) {
    Page page{};
    init_page(page.data(), PageKind::kTextTerms, 0, 5);
    postings::TermPageWriter writer;
    writer.begin(page.data());
    std::uint32_t count = 0;
    const auto name = [&](std::uint32_t i) {
      std::string number = std::to_string(100000 + i);
      return number + std::string(length, static_cast<char>('a' + i % 26));
    };
    const auto view = [](const std::string& s) {
      return postings::Term{s.data(),
                            static_cast<std::uint32_t>(s.size() < 2047 ? s.size() : 2047)};
    };
    while (true) {
      const std::string term = name(count);
      if (!writer.add(view(term), {count + 1, 1, 0, count})) {
        break;
      }
      ++count;
    }
    CHECK(count >= 3);
    for (std::uint32_t i = 0; i < count + 2; ++i) {
      const std::string term = name(i);
      postings::TermEntry entry{};
      bool found = false;
      REQUIRE(postings::find_on_page(page.data(), view(term), &entry, &found).ok());
      CHECK(found == (i < count));
      CHECK((!found || entry.df == i + 1));
    }
  }
}

TEST_CASE("a page of pending documents") {
  Page page{};
  init_page(page.data(), PageKind::kTextPending, 0, 0);
  const std::uint32_t hashes[] = {11, 12};
  std::byte body[8] = {std::byte{1}, std::byte{'a'}, std::byte{1}, std::byte{'b'},
                       std::byte{0}, std::byte{0},   std::byte{4}, std::byte{5}};
  put_pending_text(page.data(), hashes, body, {{3, 2}, 2, 24, 30, 3, 0});
  FreeText room = free_of_pending_text(page.data());
  PagePatch patch;
  patch_pending_text(page.data(), hashes, body, {{3, 5}, 2, 24, 31, 3, 0}, &room, &patch);
  Page patched = page;
  patch.apply(patched.data());
  put_pending_text(page.data(), hashes, body, {{3, 5}, 2, 24, 31, 3, 0});
  CHECK(patched == page);
  CHECK(room.from == free_of_pending_text(page.data()).from);
  CHECK(room.to == free_of_pending_text(page.data()).to);
  CHECK(page_head(page.data())->rows == 2);
  CHECK(page_head(page.data())->hashes == 4);
  CHECK(at<std::uint32_t>(page, 64 + 12) == 12);
  CHECK(at<std::uint32_t>(page, 8184 - 16) == 3);
  CHECK(at<std::uint16_t>(page, 8184 - 24 - 12) == 5);
  CHECK(free_of_pending_text(page.data()).bytes() == 8120 - 48 - 16);
  CHECK(check_pending_text_page(page.data()).ok());
  PendingTexts text(page.data());
  REQUIRE(text.next());
  REQUIRE(text.next());
  CHECK(text.first_hash() == 2);
  CHECK(text.head().row == RowId{3, 5});
  CHECK(text.head().length == 31);
  CHECK((text.extra()[0] == 4 && text.extra()[1] == 5));
  CHECK(text.terms()[1] == 'a');
  CHECK(!text.next());
  Page damaged = page;
  page_head(damaged.data())->rows = 3;
  CHECK(check_pending_text_page(damaged.data()).code == StatusCode::kCorrupt);
  damaged = page;
  page_head(damaged.data())->hashes = 5;
  CHECK(check_pending_text_page(damaged.data()).code == StatusCode::kCorrupt);
}

}  // namespace
}  // namespace vecext::text_page_test
