#include "core/json/closest_word.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace vecext::closest_word_test {
namespace {

std::string closest(std::string_view word, std::initializer_list<std::string_view> known) {
  vecext::ClosestWord closest(word);
  for (const std::string_view one : known) {
    closest.compare(one);
  }
  return std::string(closest.found());
}

}  // namespace

TEST_CASE("closest word: one change, and one more for each four bytes") {
  CHECK(closest("mst", {"must", "should"}) == "must");
  CHECK(closest("must", {"should", "must"}) == "must");
  CHECK(closest("mut", {"should", "must_not"}) == "");
  CHECK(closest("shoulds", {"must", "should"}) == "should");
  CHECK(closest("min_shuold", {"must", "should", "min_should"}) == "min_should");
  CHECK(closest("abc", {"xbz"}) == "");
  CHECK(closest("x", {"b"}) == "");
  CHECK(closest("x", {"X"}) == "X");
  CHECK(closest("xy", {"b", "xz"}) == "xz");
  CHECK(closest("abcd", {"xbzd"}) == "xbzd");
}

TEST_CASE("closest word: the nearest, of equals the first, in any case") {
  CHECK(closest("limits", {"limit_", "limit"}) == "limit_");
  CHECK(closest("limt", {"lim", "limit"}) == "lim");
  CHECK(closest("LIMIT", {"limi", "limit"}) == "limit");
  CHECK(closest("title", {"Title"}) == "Title");
}

TEST_CASE("closest word: none of nothing, and none of what is longer than any name") {
  CHECK(closest("", {}) == "");
  CHECK(closest("", {"a"}) == "");
  CHECK(closest("a", {""}) == "");
  CHECK(closest(std::string(64, 'x'), {std::string(63, 'x')}) == "");
  CHECK(closest(std::string(63, 'x'), {std::string(64, 'x')}) == "");
  CHECK(closest(std::string(63, 'x'), {std::string(62, 'x') + "y"}) == std::string(62, 'x') + "y");
}

}  // namespace vecext::closest_word_test
