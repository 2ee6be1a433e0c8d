// The efforts that given queries need, and their text.
#include "core/effort/calibrated_effort.h"

#include <doctest/doctest.h>

#include <string>

namespace vecext::calibrated_effort_test {
namespace {

const CalibratedEffort kSome{
    .steps = 120, .effort = {{.1F, .2F, .4F, .8F}, {.2F, .4F, .8F, 1.6F}, {.4F, .8F, 1.6F, 8}}};

TEST_CASE("calibrated effort: a text has all of it") {
  char text[kMostEffortText];
  print_effort(kSome, text);
  CHECK(std::string(text) == "{120,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8}}");
  CalibratedEffort again{};
  REQUIRE(parse_effort(text, &again));
  CHECK(again.steps == 120);
  CHECK(again.effort[2][3] == 8);
  REQUIRE(parse_effort("{1e3, { 0.1, 0.2 , 0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8} }", &again));
  CHECK(again.steps == 1000);
}

TEST_CASE("calibrated effort: the longest text has room") {
  CalibratedEffort long_one{.steps = 1.234e8F, .effort = {}};
  for (auto& efforts : long_one.effort) {
    for (float& one : efforts) {
      one = 1.2346e-6F;
    }
  }
  char text[kMostEffortText];
  print_effort(long_one, text);
  CalibratedEffort again{};
  CHECK(parse_effort(text, &again));
}

TEST_CASE("calibrated effort: what is not such a text is refused") {
  CalibratedEffort effort{};
  for (const char* text : {"", "{}", "{120}", "{120,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6}}",
                           "{120,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8}",
                           "{120,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8}} ",
                           "{120,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,0}}",
                           "{120,{0.1,0.2,0.4,0.8},{0.2,nan,0.8,1.6},{0.4,0.8,1.6,8}}",
                           "{inf,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8}}",
                           "{-1,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8}}",
                           "{120,{0.1,0.2,0.4,0.8,1},{0.2,0.4,0.8,1.6},{0.4,0.8,1.6,8}}",
                           "{120,{0.1,0.2,0.4,0.8},{0.2,0.4,0.8,1e9},{0.4,0.8,1.6,8}}"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_effort(text, &effort));
  }
}

TEST_CASE("calibrated effort: a text that is too long is refused") {
  CalibratedEffort effort{};
  const std::string some = "{1,{1,1,1,1},{1,1,1,1},{1,1,1,1}";
  CHECK(parse_effort((some + std::string(kMostEffortText - 2 - some.size(), ' ') + "}").c_str(),
                     &effort));
  CHECK_FALSE(parse_effort(
      (some + std::string(kMostEffortText - 1 - some.size(), ' ') + "}").c_str(), &effort));
}

TEST_CASE("calibrated effort: between the numbers of rows measured it is a power of them") {
  CHECK(kSome.for_rows(1).effort[0] == doctest::Approx(.1));
  CHECK(kSome.for_rows(10).effort[1] == doctest::Approx(.4));
  CHECK(kSome.for_rows(100).effort[1] == doctest::Approx(.8));
  CHECK(kSome.for_rows(31.6).effort[1] == doctest::Approx(.5657).epsilon(.001));
  CHECK(kSome.for_rows(3.16).effort[0] == doctest::Approx(.1414).epsilon(.001));
  CHECK(kSome.for_rows(0).effort[0] == doctest::Approx(.1));
  CHECK(kSome.for_rows(1e9).effort[3] == doctest::Approx(8));
}

}  // namespace
}  // namespace vecext::calibrated_effort_test
