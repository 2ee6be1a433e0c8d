#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/token/fold.h"

namespace vecext::fold_test {

namespace {

std::string folded(std::string_view word, bool lowercase = true, bool ascii = false) {
  std::vector<char> out(kFoldedRoom);
  std::string_view result;
  REQUIRE(fold(word, {lowercase, ascii}, out, &result) == FoldResult::kOk);
  return std::string(result);
}

}  // namespace

TEST_CASE("fold: case and widths") {
  CHECK(folded("") == "");
  CHECK(folded("NoDe.JS") == "node.js");
  CHECK(folded("NoDe.JS", false) == "NoDe.JS");
  CHECK(folded("ÉTÉ") == "été");
  CHECK(folded("ÉTÉ", false) == "ÉTÉ");
  CHECK(folded("e\u0301") == "é");
  CHECK(folded("ＡＢＣ１２") == "abc12");
  CHECK(folded("ＡＢＣ", false) == "ABC");
  CHECK(folded("ﾃﾞｰﾀ") == "データ");
  CHECK(folded("Straße") == "strasse");
  CHECK(folded("Σας") == folded("σασ"));
  CHECK(folded("ﬁn") == "fin");
  CHECK(folded("auto\u00ADmatic") == "automatic");
  CHECK(folded("\u00AD") == "");
}

TEST_CASE("fold: to ASCII") {
  CHECK(folded("ação", true, true) == "acao");
  CHECK(folded("Øyvind Ærø", true, true) == "oyvind aero");
  CHECK(folded("Łódź", false, true) == "Lodz");
  CHECK(folded("đặng", true, true) == "dang");
  CHECK(folded("ёлка", true, true) == "ёлка");
  CHECK(folded("東京", true, true) == "東京");
  CHECK(folded("abc", true, true) == "abc");
}

TEST_CASE("fold: words that are too long, and bytes that are none") {
  std::vector<char> out(kFoldedRoom);
  std::string_view result;
  CHECK(fold(std::string(kLongestFolded + 1, 'a'), {true, true}, out, &result) ==
        FoldResult::kTooLong);
  std::string long_one;
  while (long_one.size() + 3 <= kLongestFolded) {
    long_one += "ﷺ";
  }
  CHECK(fold(long_one, {true, true}, out, &result) == FoldResult::kTooLong);
  CHECK(folded("a\xFF") == "a\uFFFD");
}

}  // namespace vecext::fold_test
