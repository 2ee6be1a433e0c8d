#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "cluster/counted_arena.h"
#include "core/condition/parse/parse_filter.h"

namespace vecext::parse_path_test {
using vecext::test::CountedArena;

namespace {

/// The steps of a path, or why it is none and where.
std::string parsed(std::string_view text) {
  CountedArena memory;
  const Arena arena = memory.arena();
  PayloadPath path;
  const ParseError error = parse_path(text, arena, &path);
  if (!error.ok()) {
    return std::to_string(error.position) + ": " + error.reason;
  }
  std::string steps;
  for (const PathStep& step : path.steps) {
    switch (step.kind) {
      case PathStep::Kind::kKey:
        steps += "<" + std::string(step.key) + ">";
        break;
      case PathStep::Kind::kIndex:
        steps += "#" + std::to_string(step.index);
        break;
      case PathStep::Kind::kAllElements:
        steps += "*";
        break;
    }
  }
  CHECK(path.text == text);
  return steps;
}

}  // namespace

TEST_CASE("paths: keys, indexes and all elements") {
  CHECK(parsed("a") == "<a>");
  CHECK(parsed("a.b.c") == "<a><b><c>");
  CHECK(parsed("a[0].b") == "<a>#0<b>");
  CHECK(parsed("a[].b") == "<a>*<b>");
  CHECK(parsed("a[][12][]") == "<a>*#12*");
  CHECK(parsed("a[2147483647]") == "<a>#2147483647");
  CHECK(parsed("with-dash_and $ and blank") == "<with-dash_and $ and blank>");
  CHECK(parsed("größe.名前") == "<größe><名前>");
}

TEST_CASE("paths: keys in quotes") {
  CHECK(parsed("\"a.b\"") == "<a.b>");
  CHECK(parsed("\"a[0]\"[0].\"\"") == "<a[0]>#0<>");
  CHECK(parsed("x.\"say \"\"yes\"\"\".y") == "<x><say \"yes\"><y>");
  CHECK(parsed("\"\"\"\"") == "<\">");
}

TEST_CASE("paths: refused, with the character at fault") {
  CHECK(parsed("") == "1: path needs a key here");
  CHECK(parsed(".a") == "1: path needs a key here");
  CHECK(parsed("[0]") == "1: path needs a key here");
  CHECK(parsed("a.") == "3: path needs a key here");
  CHECK(parsed("ä..b") == "3: path needs a key here");
  CHECK(parsed("a.[0]") == "3: path needs a key here");
  CHECK(parsed("a]") == "2: path needs a period or a bracket here");
  CHECK(parsed("a\"b\"") == "2: path needs a period or a bracket here");
  CHECK(parsed("\"a\"b") == "4: path needs a period or a bracket here");
  CHECK(parsed("a[0]b") == "5: path needs a period or a bracket here");
  CHECK(parsed("\"a") == "3: path has a quote that is not closed");
  CHECK(parsed("\"a\"\"") == "5: path has a quote that is not closed");
  CHECK(parsed("\"") == "2: path has a quote that is not closed");
  CHECK(parsed("a[") == "3: path needs an index or a closing bracket here");
  CHECK(parsed("a[x]") == "3: path needs an index or a closing bracket here");
  CHECK(parsed("a[-1]") == "3: path needs an index or a closing bracket here");
  CHECK(parsed("a[+1]") == "3: path needs an index or a closing bracket here");
  CHECK(parsed("a[1") == "4: path needs a closing bracket here");
  CHECK(parsed("a[1 ]") == "4: path needs a closing bracket here");
  CHECK(parsed("a[2147483648]") == "3: index in the path is out of range");
  CHECK(parsed("a[99999999999999999999999]") == "3: index in the path is out of range");
}

TEST_CASE("paths: as many steps as a filter has levels") {
  std::string path = "a";
  for (int i = 1; i < kMostLevels; ++i) {
    path += "[]";
  }
  CHECK(parsed(path).size() == 3 + kMostLevels - 1);
  CHECK(parsed(path + "[]") == "128: path has too many steps");
  CHECK(parsed(std::string(1000000, '[')) == "1: path needs a key here");
}

TEST_CASE("paths: no memory") {
  for (std::size_t refused = 0; refused < 2; ++refused) {
    CountedArena memory(refused);
    const Arena arena = memory.arena();
    PayloadPath path;
    CHECK(parse_path("\"a\"\"b\"", arena, &path).code == ParseErrorCode::kOutOfMemory);
  }
}

}  // namespace vecext::parse_path_test
