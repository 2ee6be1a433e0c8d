// Text input of dense vectors: the grammar, its limits, and which fault is reported.
#include "core/value/parse.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "value/samples.h"
#include "value/texts.h"

namespace vecext::parse_test {
namespace {

constexpr const char* kNoOpen = "Vector contents must start with \"[\".";

template <class T>
struct ParsedDense {
  std::vector<char> text;
  Status status;
  std::vector<T> elements;
};

template <class T>
ParsedDense<T> parse(const std::string& text) {
  ParsedDense<T> parsed{test::text_buffer(text), {}, {}};
  parsed.elements.resize(static_cast<std::size_t>(dense_capacity(parsed.text.data())));
  std::int32_t dim = 0;
  parsed.status = parse_dense(parsed.text.data(), parsed.elements.data(), &dim);
  parsed.elements.resize(static_cast<std::size_t>(dim));
  return parsed;
}

template <class T>
void check_syntax_error(const std::string& text, const char* detail = nullptr) {
  const auto parsed = parse<T>(text);
  test::check_syntax_error(parsed.status, DenseType<T>::kName, parsed.text, detail);
}

std::string repeated(int count, const std::string& element) {
  std::string text = element;
  for (int i = 1; i < count; ++i) {
    text += "," + element;
  }
  return text;
}

TEST_CASE_TEMPLATE("dense text: numbers as strtof reads them", T, float, Half) {
  const std::vector<float> expected = {1, -2.5, 0.5, 1, 1, 1000, 0.0625, 8, -0.75, 0, 3};
  const auto parsed = parse<T>("[1,-2.5,.5,1.,+1,1e3,6.25E-2,0x1p3,-0X.Cp0,0,3e+0]");
  REQUIRE(parsed.status.ok());
  CHECK(test::floats(parsed.elements) == expected);
}

TEST_CASE("dense text: floats are rounded once, to nearest even") {
  const auto parsed = parse<float>(
      "[16777217,16777219,0.1,3.4028234663852886e38,1.17549435e-38,1e-45,"
      "1.00000017881393421514957253748434595763683319091796875]");
  REQUIRE(parsed.status.ok());
  CHECK(parsed.elements == std::vector<float>{16777216, 16777220, 0.1F, 0x1.fffffep127F, 0x1p-126F,
                                              0x1p-149F, 0x1.000002p0F});
}

TEST_CASE("dense text: halves are the nearest of the nearest float") {
  const auto parsed =
      parse<Half>("[1.23456,65504,65519,2049,2051,5.9604645e-08,2.9802322e-08,3e-8,1e-8]");
  REQUIRE(parsed.status.ok());
  CHECK(test::floats(parsed.elements) ==
        std::vector<float>{1.234375, 65504, 65504, 2048, 2052, 0x1p-24F, 0, 0x1p-24F, 0});
}

TEST_CASE_TEMPLATE("dense text: underflow gives a zero of the same sign", T, float, Half) {
  const auto parsed = parse<T>("[1e-46,-1e-46,-0,0x1p-150,-1e-99999]");
  REQUIRE(parsed.status.ok());
  REQUIRE(parsed.elements.size() == 5);
  const std::vector<bool> negative = {false, true, true, false, true};
  for (std::size_t i = 0; i < 5; ++i) {
    CAPTURE(i);
    const float x = test::floats(parsed.elements)[i];
    CHECK(x == 0);
    CHECK(std::signbit(x) == negative[i]);
  }
}

TEST_CASE_TEMPLATE("dense text: blanks around every token", T, float, Half) {
  const std::string blanks = " \t\n\r\v\f";
  const auto parsed =
      parse<T>(blanks + "[" + blanks + "1" + blanks + "," + blanks + "2" + blanks + "]" + blanks);
  REQUIRE(parsed.status.ok());
  CHECK(test::floats(parsed.elements) == std::vector<float>{1, 2});
}

TEST_CASE_TEMPLATE("dense text: syntax errors", T, float, Half) {
  for (const char* text : {"", " ", "1", "1,2]", "{1}", "vector"}) {
    check_syntax_error<T>(text, kNoOpen);
  }
  for (const char* text :
       {"[",      "[ ",      "[1",    "[1 ",   "[1,",   "[1, ",       "[1,]",
        "[1,,3]", "[1, ,3]", "[,]",   "[,1]",  "[a]",   "[1a]",       "[1 2]",
        "[1;2]",  "[1}",     "[--1]", "[+]",   "[.]",   "[e5]",       "[1e]",
        "[0x]",   "[0xg]",   "[1d5]", "[1_0]", "[[1]]", "[\xa0\x31]", "[1\xa0]"}) {
    check_syntax_error<T>(text);
  }
  for (const char* text : {"[1]a", "[1] a", "[1]]", "[1],", "[1][2]", "[1] 2"}) {
    check_syntax_error<T>(text, "Junk after closing right brace.");
  }
}

TEST_CASE_TEMPLATE("dense text: no elements", T, float, Half) {
  for (const char* text : {"[]", "[ ]", " [\t]", "[]a"}) {
    CAPTURE(text);
    const auto parsed = parse<T>(text);
    CHECK(parsed.status.code == StatusCode::kNoDimensions);
    CHECK(std::string(parsed.status.type) == DenseType<T>::kName);
  }
}

TEST_CASE_TEMPLATE("dense text: NaN and infinity tokens", T, float, Half) {
  for (const char* token : {"nan", "NaN", "-NAN", "nan(1)", "+nan"}) {
    CHECK(parse<T>("[1," + std::string(token) + "]").status.code == StatusCode::kNan);
  }
  for (const char* token : {"inf", "-inf", "+Inf", "INFINITY", "infinity"}) {
    CHECK(parse<T>("[1," + std::string(token) + "]").status.code == StatusCode::kInfinity);
  }
  // The token ends where strtof says, and is refused before what follows it.
  CHECK(parse<T>("[infi]").status.code == StatusCode::kInfinity);
  CHECK(parse<T>("[nan(]").status.code == StatusCode::kNan);
  check_syntax_error<T>("[in]");
  check_syntax_error<T>("[na]");
}

TEST_CASE_TEMPLATE("dense text: an out-of-range token is named, and only it", T, float, Half) {
  for (const char* text : {"4e38", "-4e38", "+4e38", "1e99999", "0x1p128", "-0X1P+128",
                           "340282356779733661637539395458142568448", "3.4028235677973367e38"}) {
    CAPTURE(text);
    const auto parsed = parse<T>("[1, " + std::string(text) + " ,2]");
    CHECK(parsed.status.code == StatusCode::kTokenOutOfRange);
    CHECK(test::token(parsed.status) == text);
    CHECK(std::string(parsed.status.type) == DenseType<T>::kName);
  }
}

TEST_CASE("halfvec text: out of range from 65520 on") {
  for (const char* text : {"65520", "-65520.0", "1e5", "3e38", "0xfff0p0"}) {
    CAPTURE(text);
    const auto parsed = parse<Half>("[" + std::string(text) + "]");
    CHECK(parsed.status.code == StatusCode::kTokenOutOfRange);
    CHECK(test::token(parsed.status) == text);
  }
  CHECK(parse<Half>("[65519.99,-65519]").status.ok());
}

TEST_CASE_TEMPLATE("dense text: the fault furthest to the left is reported", T, float, Half) {
  CHECK(parse<T>("[4e38,a]").status.code == StatusCode::kTokenOutOfRange);
  CHECK(parse<T>("[nan,4e38]").status.code == StatusCode::kNan);
  CHECK(parse<T>("[inf,nan]").status.code == StatusCode::kInfinity);
  CHECK(parse<T>("[inf").status.code == StatusCode::kInfinity);
  check_syntax_error<T>("[a,4e38]");
  check_syntax_error<T>("[1 nan]");
}

TEST_CASE_TEMPLATE("dense text: at most 16000 elements", T, float, Half) {
  const auto full = parse<T>("[" + repeated(16000, "1") + "]");
  REQUIRE(full.status.ok());
  CHECK(full.elements.size() == 16000);

  for (const char* rest : {",1]", ",1", ",", ",a]", ",nan]"}) {
    CAPTURE(rest);
    const auto parsed = parse<T>("[" + repeated(16000, "1") + rest);
    CHECK(parsed.status.code == StatusCode::kTooManyDimensions);
    CHECK(parsed.status.expected == 16000);
  }
  check_syntax_error<T>("[a," + repeated(16000, "1") + "]");
  check_syntax_error<T>("[" + repeated(16000, "1") + "a,1]");
}

TEST_CASE("dense text: room for the elements") {
  CHECK(dense_capacity("") == 1);
  CHECK(dense_capacity("[1]") == 1);
  CHECK(dense_capacity("[1,2,3]") == 3);
  CHECK(dense_capacity(repeated(16001, "1").c_str()) == 16000);
}

}  // namespace
}  // namespace vecext::parse_test
