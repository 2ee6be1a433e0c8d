#include "core/json/read.h"

#include <doctest/doctest.h>

#include <cmath>

#include <string>

#include "condition/json_text.h"

namespace vecext::read_test {
using vecext::test::JsonText;

namespace {

/// The reason (the key) not the one that is meant.
std::string said(const JsonFault& fault) {
  if (fault.ok()) {
    return "";
  }
  return fault.reason +
         (fault.found.data() == nullptr ? "" : " (" + std::string(fault.found) + ")") +
         (fault.meant.empty() ? "" : " not " + std::string(fault.meant));
}

std::string keys(const char* object, KnownWords known, KnownWords also_known = {}) {
  const JsonText json(object);
  return said(check_keys(json, json.root(), known, also_known));
}

}  // namespace

TEST_CASE("reading: each kind of value, others and missing ones refused") {
  const JsonText json(R"({"s": "x", "b": true, "n": 1.5, "i": 7, "a": [], "o": {}, "z": null})");
  const auto of = [&](const char* key) { return find_member(json, json.root(), key); };
  std::string_view text;
  bool boolean = false;
  double number = 0;
  std::int64_t integer = 0;
  JsonValue beyond = of("n");
  beyond.number = INFINITY;
  CHECK(read_string(of("s"), &text).ok());
  CHECK(text == "x");
  CHECK(read_bool(of("b"), &boolean).ok());
  CHECK(boolean);
  CHECK(read_number(of("n"), &number).ok());
  CHECK(number == 1.5);
  CHECK(read_integer(of("i"), &integer).ok());
  CHECK(integer == 7);
  CHECK(check_array(of("a")).ok());
  CHECK(check_object(of("o")).ok());
  CHECK(said(read_string(of("i"), &text)) == "expected a string");
  CHECK(said(read_bool(of("s"), &boolean)) == "expected true or false");
  CHECK(said(read_number(of("s"), &number)) == "expected a number");
  CHECK(said(read_integer(of("n"), &integer)) == "expected an integer of 64 bits");
  CHECK(said(check_array(of("o"))) == "expected an array");
  CHECK(said(check_object(of("a"))) == "expected an object");
  CHECK(said(check_object(of("z"))) == "is missing");
  CHECK(said(read_string(of("y"), &text)) == "is missing");
  CHECK(said(read_number(beyond, &number)) == "number is out of range");
}

TEST_CASE("reading: unknown keys, and those that they may be") {
  CHECK(keys("{}", {}) == "");
  CHECK(keys(R"({"limit": 1, "offset": 2})", {"offset", "limit"}) == "");
  CHECK(keys(R"({"limits": 1})", {"offset", "limit"}) == "unknown key (limits) not limit");
  CHECK(keys(R"({"x": null})", {"offset", "limit"}) == "unknown key (x)");
  CHECK(keys(R"({"": 1})", {"offset"}) == "unknown key ()");
  CHECK(keys(R"({"ky": 1})", {"must"}, {"key"}) == "unknown key (ky) not key");
  CHECK(keys(R"({"key": 1})", {"must"}, {"key"}) == "unknown key (key) not key");
}

TEST_CASE("reading: words") {
  CHECK(check_word("dot", "unknown distance", {"cosine", "dot"}).ok());
  CHECK(said(check_word("cosin", "unknown distance", {"cosine", "dot"})) ==
        "unknown distance (cosin) not cosine");
  // The caller has found it unknown, whatever words it shows.
  CHECK(said(unknown_word("dot", "unknown distance", {"dot"})) == "unknown distance (dot) not dot");
}

}  // namespace vecext::read_test
