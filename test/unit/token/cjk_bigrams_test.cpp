#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/token/cjk_bigrams.h"

namespace vecext::cjk_bigrams_test {

namespace {

std::string expanded(std::string_view text, BigramRun made = BigramRun::kPairs) {
  std::vector<char> out(bigrams_bound(text.size()));
  return {out.data(), expand_bigrams(text, made, out.data())};
}

}  // namespace

TEST_CASE("bigrams: runs become pairs of neighbors") {
  CHECK(expanded("") == "");
  CHECK(expanded("abc déf") == "abc déf");
  CHECK(expanded("日") == " 日 ");
  CHECK(expanded("日本") == " 日本 ");
  CHECK(expanded("日本語") == " 日本 本語 ");
  CHECK(expanded("a日本語b") == "a 日本 本語 b");
  CHECK(expanded("日本。語") == " 日本 。 語 ");
  CHECK(expanded("日本 語") == " 日本   語 ");
}

TEST_CASE("bigrams: the last character of a document's runs") {
  const auto of_document = [](std::string_view text) {
    return expanded(text, BigramRun::kPairsAndLast);
  };
  CHECK(of_document("") == "");
  CHECK(of_document("abc") == "abc");
  CHECK(of_document("日") == " 日 ");
  CHECK(of_document("日本語") == " 日本 本語 語 ");
  CHECK(of_document("a日本b語。𠀀𠀁") == "a 日本 本 b 語 。 𠀀𠀁 𠀁 ");
}

TEST_CASE("bigrams: one character") {
  for (const char* text : {"日", "の", "ﾃ", "한", "𠀀"}) {
    CHECK(is_one_cjk(text));
  }
  for (const char* text : {"", "a", "é", "。", "日本", "日a", "a日", "\xE6"}) {
    CHECK_FALSE(is_one_cjk(text));
  }
}

TEST_CASE("bigrams: of all scripts together") {
  CHECK(expanded("漢字のテスト") == " 漢字 字の のテ テス スト ");
  CHECK(expanded("한국어") == " 한국 국어 ");
  CHECK(expanded("ﾃｽﾄ") == " ﾃｽ ｽﾄ ");
  CHECK(expanded("々〆") == " 々〆 ");
  CHECK(expanded("𠀀𠀁") == " 𠀀𠀁 ");
}

TEST_CASE("bigrams: other scripts and punctuation are none") {
  for (const char* text : {"Ω", "я", "。", "、", "「", "ก", "😀", "é", "ａ"}) {
    CHECK_FALSE(has_cjk(text));
    CHECK(expanded(text) == text);
  }
  CHECK(has_cjk("abc 日"));
  CHECK(is_cjk(0x1100));
  CHECK(is_cjk(0x323AF));
  CHECK_FALSE(is_cjk(0x10FF));
  CHECK_FALSE(is_cjk(0x323B0));
  CHECK_FALSE(is_cjk(0));
}

TEST_CASE("bigrams: any bytes fit into the bound") {
  Random random(11);
  const std::string_view bytes = "\xE6\x97\xA5\xF0\xA0\x80\x80 a\xFF\xC3";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(16); n > 0; --n) {
      text += random.below(2) == 0 ? "日" : std::string(1, bytes[random.below(bytes.size())]);
    }
    for (const BigramRun made : {BigramRun::kPairs, BigramRun::kPairsAndLast}) {
      std::vector<char> out(bigrams_bound(text.size()) + 1, '#');
      const std::size_t size = expand_bigrams(text, made, out.data());
      REQUIRE(size < out.size());
      REQUIRE(out.back() == '#');
    }
  }
}

}  // namespace vecext::cjk_bigrams_test
