#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "core/base/random.h"
#include "core/token/segments.h"

namespace vecext::segments_test {

namespace {

using Words = std::vector<std::string>;

Words words(std::string_view text, Segmentation how) {
  Words found;
  std::size_t covered = 0;
  Segments segments(text, how);
  for (Segment segment; segments.next(&segment);) {
    REQUIRE(segment.bytes.data() == text.data() + covered);
    REQUIRE_FALSE(segment.bytes.empty());
    covered += segment.bytes.size();
    if (segment.kind != SegmentKind::kBetween) {
      found.emplace_back(segment.bytes);
    }
  }
  REQUIRE(covered == text.size());
  return found;
}

Words standard(std::string_view text) {
  return words(text, Segmentation::kStandard);
}
Words word(std::string_view text) {
  return words(text, Segmentation::kWord);
}
Words printed(std::string_view text) {
  return words(text, Segmentation::kWhitespace);
}

SegmentKind kind(std::string_view text) {
  Segments segments(text, Segmentation::kStandard);
  Segment segment;
  REQUIRE(segments.next(&segment));
  REQUIRE(segment.bytes == text);
  return segment.kind;
}

std::string random_text(Random* random, const std::vector<std::string>& parts) {
  std::string text;
  for (std::uint64_t n = random->below(9); n > 0; --n) {
    text += parts[random->below(parts.size())];
  }
  return text;
}

}  // namespace

TEST_CASE("segments: words of Unicode") {
  CHECK(standard("").empty());
  CHECK(standard(" -- ").empty());
  CHECK(standard("iPhone-15 case") == Words{"iPhone", "15", "case"});
  CHECK(standard("don't can’t o'") == Words{"don't", "can’t", "o"});
  CHECK(standard("node.js 3.14 1,000 a.1 1.a a,b") ==
        Words{"node.js", "3.14", "1,000", "a", "1", "1", "a", "a", "b"});
  CHECK(standard("a_b _x_ __ a:b 1:2") == Words{"a_b", "_x_", "a:b", "1", "2"});
  CHECK(standard("東京ひらカタカナ") == Words{"東", "京", "ひ", "ら", "カタカナ"});
  CHECK(standard("한국어abc ภาษาไทย") == Words{"한국어abc", "ภาษาไทย"});
  CHECK(standard("צה\"ל ג'") == Words{"צה\"ל", "ג'"});
  CHECK(standard("e\u0301t\u0301e") == Words{"e\u0301t\u0301e"});
}

TEST_CASE("segments: emoji") {
  CHECK(standard("a😀b") == Words{"a", "😀", "b"});
  CHECK(standard("👩‍💻👍🏽") == Words{"👩‍💻", "👍🏽"});
  CHECK(standard("🇩🇪🇫🇷🇮") == Words{"🇩🇪", "🇫🇷"});
  CHECK(standard("1️⃣ #️⃣ # © ©️ ❤️ ❤ ™") ==
        Words{"1️⃣", "#️⃣", "©️", "❤️", "❤"});
}

TEST_CASE("segments: kinds") {
  CHECK(kind("abc") == SegmentKind::kWord);
  CHECK(kind("a1") == SegmentKind::kWord);
  CHECK(kind("1,000.5") == SegmentKind::kNumber);
  CHECK(kind("漢") == SegmentKind::kIdeograph);
  CHECK(kind("々") == SegmentKind::kIdeograph);
  CHECK(kind("ひ") == SegmentKind::kHiragana);
  CHECK(kind("カー") == SegmentKind::kKatakana);
  CHECK(kind("한국") == SegmentKind::kHangul);
  CHECK(kind("한a") == SegmentKind::kWord);
  CHECK(kind("ไทย") == SegmentKind::kSoutheastAsian);
  CHECK(kind("😀") == SegmentKind::kEmoji);
  CHECK(kind("👩‍💻") == SegmentKind::kEmoji);
  CHECK(kind("1️⃣") == SegmentKind::kEmoji);
  CHECK(kind("...") == SegmentKind::kBetween);
}

TEST_CASE("segments: runs of letters and digits") {
  CHECK(word("node.js user@example.com a_b /usr/local") ==
        Words{"node", "js", "user", "example", "com", "a", "b", "usr", "local"});
  CHECK(word("東京都2024年 café cafe\u0301 C++ ½") ==
        Words{"東京都2024年", "café", "cafe\u0301", "C", "½"});
  CHECK(word("😀 ❤️ don't") == Words{"don", "t"});
}

TEST_CASE("segments: white space") {
  CHECK(printed(" C++\tnode.js\u3000a\u00A0b \n") == Words{"C++", "node.js", "a", "b"});
  CHECK(printed("").empty());
}

TEST_CASE("segments: bytes that make no character are left out of words") {
  for (const Segmentation how : {Segmentation::kStandard, Segmentation::kWord}) {
    CHECK(words("a\xFF"
                "b\xE6\x97",
                how) == Words{"a", "b"});
  }
}

TEST_CASE("segments: a word is one by itself") {
  const std::vector<std::string> parts{
      "a",  "1",  "_", ".",      "'",      "\"", ",", ":",      " ",      "-", "א",    "カ",  "한",
      "東", "ひ", "ไ", "\u0301", "\u200D", "😀",  "🇩", "\uFE0F", "\u20E3", "#", "\xFF", "\xE6"};
  Random random(3);
  for (int round = 0; round < 50000; ++round) {
    const std::string text = random_text(&random, parts);
    for (const Segmentation how :
         {Segmentation::kStandard, Segmentation::kWord, Segmentation::kWhitespace}) {
      for (const std::string& each : words(text, how)) {
        REQUIRE(words(each, how) == Words{each});
      }
    }
  }
}

TEST_CASE(
    "segments: boundaries are those of ICU where it asks no dictionary and has no rules of its "
    "own") {
  const std::vector<std::string> parts{
      "a", "b", "1",      "2",      "_",      ".", "'", "\"",   ",", ";", "’", " ",      "-", "é",
      "א", "ж", "\u0301", "\u00AD", "\u200D", "😀", "👍", "🏽", "🇩", "🇪", "❤", "\uFE0F", "\n"};
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator* breaks = ubrk_open(UBRK_WORD, "", nullptr, 0, &status);
  REQUIRE(U_SUCCESS(status));
  Random random(5);
  for (int round = 0; round < 50000; ++round) {
    const std::string text = random_text(&random, parts);
    UText* opened =
        utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status);
    ubrk_setUText(breaks, opened, &status);
    REQUIRE(U_SUCCESS(status));
    std::vector<bool> is_boundary(text.size() + 1);
    std::vector<bool> begins_word(text.size() + 1);
    for (int32_t at = ubrk_first(breaks), next; (next = ubrk_next(breaks)) != UBRK_DONE;
         at = next) {
      is_boundary[static_cast<std::size_t>(at)] = true;
      begins_word[static_cast<std::size_t>(at)] = ubrk_getRuleStatus(breaks) >= UBRK_WORD_NUMBER;
    }
    is_boundary[text.size()] = true;
    Segments segments(text, Segmentation::kStandard);
    for (Segment segment; segments.next(&segment);) {
      const auto at = static_cast<std::size_t>(segment.bytes.data() - text.data());
      CAPTURE(text);
      CAPTURE(at);
      if (segment.kind == SegmentKind::kBetween) {
        // Underscores alone are none here.
        REQUIRE_FALSE((begins_word[at] && text[at] != '_'));
        continue;
      }
      // An emoji behind punctuation and a joiner is a word here.
      REQUIRE((is_boundary[at] || std::string_view(text).substr(0, at).ends_with("\u200D")));
      REQUIRE(is_boundary[at + segment.bytes.size()]);
      for (std::size_t i = 1; i < segment.bytes.size(); ++i) {
        REQUIRE_FALSE(is_boundary[at + i]);
      }
    }
    utext_close(opened);
  }
  ubrk_close(breaks);
}

}  // namespace vecext::segments_test
