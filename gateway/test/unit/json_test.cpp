// What passes through the gateway stays as it was written.
#include "base/json.h"

#include <charconv>
#include <doctest/doctest.h>

#include "base/failure.h"

using namespace vecext::gateway;

TEST_CASE("members keep the text of their values") {
  const std::string text =
      R"( {"a": 1.10, "b" : [1, {"x": "]}"}], "c":{"d": 1e400} , "n": null, "é": true} )";
  const JsonObject object = JsonObject::parse(text, "body");
  CHECK(object.members().size() == 5);
  CHECK(object.at("a") == "1.10");
  CHECK(object.at("b") == R"([1, {"x": "]}"}])");
  CHECK(object.at("c") == R"({"d": 1e400})");
  CHECK(object.find_bool("é") == true);
}

TEST_CASE("a null member is as one that is missing") {
  const JsonObject object = JsonObject::parse(R"({"n": null, "limit": 3})", "body");
  CHECK(!object.find("n"));
  CHECK(!object.find("other"));
  CHECK(object.find("n", "limit") == "3");
  CHECK_THROWS_AS(object.at("n"), Failure);
}

TEST_CASE("of equal keys the last one counts") {
  CHECK(JsonObject::parse(R"({"a": 1, "a": 2})", "body").at("a") == "2");
}

TEST_CASE("what is not an object is refused") {
  for (const char* text :
       {"", "1", "[1]", "{", R"({"a")", R"({"a": })", "{} {}", R"({"a": 1} x)", "nul"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(JsonObject::parse(text, "body"), Failure);
  }
}

TEST_CASE("numbers and booleans of another type are refused") {
  const JsonObject object =
      JsonObject::parse(R"({"i": 9223372036854775807, "f": 1.5, "s": "3", "b": 1})", "body");
  CHECK(object.find_integer("i") == 9223372036854775807);
  CHECK_THROWS_AS(object.find_integer("f"), Failure);
  CHECK_THROWS_AS(object.find_integer("s"), Failure);
  CHECK_THROWS_AS(object.find_bool("b"), Failure);
  const JsonObject counts = JsonObject::parse(
      R"({"most": 18446744073709551615, "more": 18446744073709551616, "less": -1})", "body");
  CHECK(counts.find_count("most") == 18446744073709551615u);
  CHECK(!counts.find_count("none"));
  CHECK_THROWS_AS(counts.find_count("more"), Failure);
  CHECK_THROWS_AS(counts.find_count("less"), Failure);
  CHECK(object.find_string("s") == "3");
}

TEST_CASE("elements keep their text") {
  const std::string text = R"([1.0, "a,b", [2], {"c": [3]}, null])";
  const std::vector<RawJson> elements = json_elements(text, "list");
  REQUIRE(elements.size() == 5);
  CHECK(elements[0] == "1.0");
  CHECK(elements[1] == R"("a,b")");
  CHECK(elements[3] == R"({"c": [3]})");
  CHECK(json_elements("[]", "list").empty());
  CHECK_THROWS_AS(json_elements("{}", "list"), Failure);
}

TEST_CASE("strings are read and written with escapes") {
  CHECK(json_string(R"("a\"\u00e9\n")", "text") == "a\"é\n");
  std::string out;
  append_string(out, "a\"b\\c\n\x01é");
  CHECK(out == R"("a\"b\\c\u000a\u0001é")");
  CHECK(json_string(out, "text") == "a\"b\\c\n\x01é");
  CHECK_THROWS_AS(json_string("1", "text"), Failure);
}

TEST_CASE("a float has the shortest digits that give it back") {
  const auto text_of = [](float value) {
    std::string out;
    append_float(out, value);
    return out;
  };
  CHECK(text_of(4.358898943540674f) == "4.358899");
  CHECK(text_of(3) == "3.0");
  CHECK(text_of(-0.1f) == "-0.1");
  CHECK(text_of(1e30f) == "1e+30");
  CHECK(text_of(1.0f / 0.0f) == "null");
}

TEST_CASE("objects and lists have commas where they belong") {
  const std::string text = json_object([](JsonWriter& object) {
    object.integer("a", -1);
    object.list("b", [](JsonList& list) {
      list.raw("1");
      list.object([](JsonWriter& inner) { inner.boolean("c", false); });
    });
    object.object("d", [](JsonWriter&) {});
  });
  CHECK(text == R"({"a":-1,"b":[1,{"c":false}],"d":{}})");
}

TEST_CASE("numbers are the nearest floats, however many digits they have") {
  for (const std::string text :
       {"0.26814988255500793", "-0.012345679", "16777217", "16777219", "1.00000005960464477539",
        "1.00000005960464478", "9999999999999999999", "18446744073709551616", "-0", "0.0000001",
        "3.4028235e38"}) {
    CAPTURE(text);
    float nearest = 0;
    std::from_chars(text.data(), text.data() + text.size(), nearest);
    std::vector<float> values;
    CHECK(read_floats("[" + text + "]", values));
    CHECK(values == std::vector<float>{nearest});
  }
}

TEST_CASE("arrays of numbers as JSON writes them") {
  std::vector<float> values;
  CHECK(read_floats("[0, -0.5,1e2 ,3.25E-1, 10]", values));
  CHECK(values == std::vector<float>{0, -0.5f, 100, 0.325f, 10});
  CHECK(read_floats("[1e-60, -1e-46]", values));
  CHECK(values == std::vector<float>{0, 0});
  for (const char* text :
       {"[01]", "[-01]", "[2.]", "[2.e1]", "[.5]", "[+1]", "[1,]", "[inf]", "[1e]"}) {
    CAPTURE(text);
    CHECK_FALSE(read_floats(text, values));
  }
}
