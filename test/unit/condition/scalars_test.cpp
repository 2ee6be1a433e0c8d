#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "condition/json_text.h"
#include "core/condition/evaluate.h"
#include "core/condition/scalars.h"

namespace vecext::scalars_test {
using vecext::test::JsonText;

namespace {

int compared(std::string_view a, std::string_view b) {
  const JsonText left(a);
  const JsonText right(b);
  const int order = compare_scalars(left.root(), right.root());
  const int reverse = compare_scalars(right.root(), left.root());
  CHECK((order > 0) == (reverse < 0));
  CHECK((order < 0) == (reverse > 0));
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

}  // namespace

TEST_CASE("scalars: numbers compare as numbers, integers exactly") {
  CHECK(compared("1", "2") == -1);
  CHECK(compared("-1", "1") == -1);
  CHECK(compared("1", "1.0") == 0);
  CHECK(compared("0", "-0.0") == 0);
  CHECK(compared("1", "1.5") == -1);
  CHECK(compared("-1", "-1.5") == 1);
  CHECK(compared("0.1", "0.1") == 0);
  CHECK(compared("9007199254740993", "9007199254740992") == 1);
  CHECK(compared("9223372036854775807", "9223372036854775806") == 1);
  CHECK(compared("9223372036854775807", "9223372036854775808") == -1);
  CHECK(compared("9223372036854775807", "1e19") == -1);
  CHECK(compared("-9223372036854775808", "-1e19") == 1);
  CHECK(compared("-9223372036854775808", "-9223372036854775808.0") == 0);
  CHECK(compared("9007199254740993", "1e300") == -1);
}

TEST_CASE("scalars: strings by bytes, kinds apart") {
  CHECK(compared("\"a\"", "\"b\"") == -1);
  CHECK(compared("\"\"", "\"a\"") == -1);
  CHECK(compared("\"Z\"", "\"a\"") == -1);
  CHECK(compared("\"é\"", "\"z\"") == 1);
  CHECK(compared("\"\U0001F600\"", "\"\uFFFD\"") == 1);
  CHECK(compared("false", "true") == -1);
  CHECK(compared("true", "true") == 0);
  CHECK(compared("true", "1") != 0);
  CHECK(compared("\"1\"", "1") != 0);
  CHECK(compared("null", "false") != 0);
}

TEST_CASE("scalars: sorted, each once") {
  const JsonText list(R"([3, "b", true, 1, "a", 3.0, 2.5, false, "b", 1])");
  std::vector<JsonValue> values;
  for (int i = 0; i < list.size(list.root()); ++i) {
    values.push_back(list.element(list.root(), i));
  }
  const auto sorted = sorted_values(values);
  REQUIRE(sorted.size() == 7);
  CHECK(!sorted[0].boolean);
  CHECK(sorted[1].boolean);
  CHECK(sorted[2].integer == 1);
  CHECK(sorted[3].number == 2.5);
  CHECK(sorted[4].integer == 3);
  CHECK(sorted[5].text == "a");
  CHECK(sorted[6].text == "b");
  CHECK(sorted_values({}).empty());
}

TEST_CASE("scalars: integers of 2^63 to 2^64 - 1 compare exactly") {
  CHECK(compared("18446744073709551615", "18446744073709551614") == 1);
  CHECK(compared("18446744073709551615", "18446744073709551615") == 0);
  CHECK(compared("9223372036854775808", "9223372036854775809") == -1);
  CHECK(compared("9223372036854775808", "9223372036854775807") == 1);
  CHECK(compared("18446744073709551615", "-1") == 1);
  CHECK(compared("18446744073709551615", "1e20") == -1);
  CHECK(compared("18446744073709551615", "0.5") == 1);
  CHECK(compared("9223372036854775808", "-1e300") == 1);
}

}  // namespace vecext::scalars_test
