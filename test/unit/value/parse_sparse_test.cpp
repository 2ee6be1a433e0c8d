// Text input of sparse vectors: the grammar, its limits, and which fault is reported.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/value/parse.h"
#include "value/texts.h"

namespace vecext::parse_sparse_test {
namespace {

constexpr const char* kNoOpen = "Vector contents must start with \"{\".";

struct ParsedSparse {
  std::vector<char> text;
  Status status;
  std::int64_t dim;
  std::vector<std::uint32_t> indices;
  std::vector<float> values;
};

ParsedSparse parse(const std::string& text) {
  ParsedSparse parsed{test::text_buffer(text), {}, 0, {}, {}};
  const char* data = parsed.text.data();
  std::vector<SparseElement> elements(
      static_cast<std::size_t>(std::min(sparse_capacity(data), kMaxNonZeros)));
  std::int32_t nnz = 0;
  parsed.status = parse_sparse(data, elements.data(), &nnz, &parsed.dim);
  if (parsed.status.ok()) {
    parsed.status = sort_sparse(elements.data(), nnz, parsed.dim);
  }
  for (std::int32_t i = 0; parsed.status.ok() && i < nnz; ++i) {
    parsed.indices.push_back(
        static_cast<std::uint32_t>(elements[static_cast<std::size_t>(i)].index));
    parsed.values.push_back(elements[static_cast<std::size_t>(i)].value);
  }
  return parsed;
}

void check_syntax_error(const std::string& text, const char* detail = nullptr) {
  const ParsedSparse parsed = parse(text);
  test::check_syntax_error(parsed.status, "sparsevec", parsed.text, detail);
}

std::string numbered(int count, const std::string& value) {
  std::string text;
  for (int i = 1; i <= count; ++i) {
    text += (i > 1 ? "," : "") + std::to_string(i) + ":" + value;
  }
  return text;
}

TEST_CASE("sparse text: elements in any order, zeros left out") {
  const ParsedSparse parsed = parse("{5:-2.5,1:+1,+3:0x1p-1,2:0,4:-0}/007");
  REQUIRE(parsed.status.ok());
  CHECK(parsed.dim == 7);
  CHECK(parsed.indices == std::vector<std::uint32_t>{0, 2, 4});
  CHECK(parsed.values == std::vector<float>{1, 0.5, -2.5});
}

TEST_CASE("sparse text: the empty vector, and the widest") {
  const ParsedSparse empty = parse(" { } / 3 ");
  REQUIRE(empty.status.ok());
  CHECK(empty.dim == 3);
  CHECK(empty.indices.empty());

  const ParsedSparse widest = parse("{1000000000:1}/1000000000");
  REQUIRE(widest.status.ok());
  CHECK(widest.indices == std::vector<std::uint32_t>{999999999});

  const ParsedSparse open = parse("{4294967296:1,2147483649:2,1:3}/4294967296");
  REQUIRE(open.status.ok());
  CHECK(open.dim == kOpenSparseDims);
  CHECK(open.indices == std::vector<std::uint32_t>{0, 0x80000000, 0xffffffff});
  CHECK(parse("{4294967297:1}/4294967296").status.code == StatusCode::kIndexOutOfBounds);
  CHECK(parse("{0:1}/4294967296").status.code == StatusCode::kIndexOutOfBounds);
}

TEST_CASE("sparse text: blanks around every token") {
  const std::string b = " \t\n\r\v\f";
  std::string text = b;
  for (const char* part : {"{", "1", ":", "2", ",", "3", ":", "4", "}", "/", "5"}) {
    text += part + b;
  }
  const ParsedSparse parsed = parse(text);
  REQUIRE(parsed.status.ok());
  CHECK(parsed.indices == std::vector<std::uint32_t>{0, 2});
  CHECK(parsed.values == std::vector<float>{2, 4});
  CHECK(parsed.dim == 5);
}

TEST_CASE("sparse text: syntax errors") {
  for (const char* text : {"", "1:1}/2", "[1]", "a"}) {
    check_syntax_error(text, kNoOpen);
  }
  for (const char* text : {"{1:1}", "{}", "{1:1}5", "{} 5", "{1:1} a"}) {
    check_syntax_error(text, "Unexpected end of input.");
  }
  for (const char* text : {"{}/5a", "{}/5 6", "{}/5.5", "{}/5/5", "{}/0a"}) {
    check_syntax_error(text, "Junk after closing.");
  }
  for (const char* text :
       {"{",      "{1",       "{1:",     "{1:1",    "{1:1,",   "{1:1,}/5", "{,}/5",
        "{:1}/5", "{1:}/5",   "{1 1}/5", "{a:1}/5", "{1:a}/5", "{1.5:1",   "{1;1}/5",
        "{1:1]/", "{1:1 2:1", "{}/",     "{}/a",    "{}/ ",    "{--1:1}",  "{0x1:1"}) {
    check_syntax_error(text);
  }
}

TEST_CASE("sparse text: values out of range, underflow included") {
  for (const char* text : {"4e38", "-4e38", "1e-46", "-1e-46", "0x1p-150", "1e-99999"}) {
    CAPTURE(text);
    const ParsedSparse parsed = parse("{1: " + std::string(text) + " }/2");
    CHECK(parsed.status.code == StatusCode::kTokenOutOfRange);
    CHECK(test::token(parsed.status) == text);
    CHECK(std::string(parsed.status.type) == "sparsevec");
  }
  const ParsedSparse subnormal = parse("{1:1e-45,2:0e-99999}/2");
  REQUIRE(subnormal.status.ok());
  CHECK(subnormal.values == std::vector<float>{0x1p-149F});
}

TEST_CASE("sparse text: NaN and infinity tokens") {
  const Status nan = parse("{1:nan}/2").status;
  CHECK(nan.code == StatusCode::kNan);
  CHECK(std::string(nan.type) == "sparsevec");
  CHECK(parse("{1:-inf}/2").status.code == StatusCode::kInfinity);
}

TEST_CASE("sparse text: limits of the dimension") {
  for (const char* text : {"{}/0", "{}/-1", "{}/-99999999999999999999"}) {
    CHECK(parse(text).status.code == StatusCode::kNoDimensions);
  }
  for (const char* text :
       {"{}/1000000001", "{}/4294967295", "{}/4294967297", "{}/99999999999999999999"}) {
    const Status status = parse(text).status;
    CHECK(status.code == StatusCode::kTooManyDimensions);
    CHECK(status.expected == 1'000'000'000);
  }
}

TEST_CASE("sparse text: indices out of bounds, zeros excepted") {
  for (const char* index : {"0", "-1", "3", "4294967297", "99999999999999999999", "-2147483648",
                            "-99999999999999999999"}) {
    CAPTURE(index);
    const std::string text = "{1:1," + std::string(index);
    CHECK(parse(text + ":1}/2").status.code == StatusCode::kIndexOutOfBounds);
    CHECK(parse(text + ":0}/2").status.ok());
  }
}

TEST_CASE("sparse text: repeated indices, zeros excepted") {
  CHECK(parse("{2:1,1:1,2:1}/2").status.code == StatusCode::kIndicesRepeated);
  CHECK(parse("{2:1,1:1,2:0}/2").status.ok());
  // In the order of the indices, whichever comes first.
  CHECK(parse("{9:1,1:1,1:1}/2").status.code == StatusCode::kIndicesRepeated);
  CHECK(parse("{1:1,1:1,0:1}/2").status.code == StatusCode::kIndexOutOfBounds);
}

TEST_CASE("sparse text: order of checks") {
  CHECK(parse("{9:nan}/0").status.code == StatusCode::kNan);
  CHECK(parse("{9:1}/0").status.code == StatusCode::kNoDimensions);
  check_syntax_error("{9:1,9:1}/2a", "Junk after closing.");
}

TEST_CASE("sparse text: at most 16000 elements, zeros included") {
  const ParsedSparse full = parse("{" + numbered(16000, "1") + "}/16000");
  REQUIRE(full.status.ok());
  CHECK(full.values.size() == 16000);

  for (const std::string& text :
       {"{" + numbered(16001, "1") + "}/16001", "{" + numbered(16001, "0") + "}/16001",
        std::string(16000, ',')}) {
    const Status status = parse(text).status;
    CHECK(status.code == StatusCode::kTooManyNonZeros);
    CHECK(status.expected == 16000);
  }
}

TEST_CASE("sparse text: sorting") {
  std::vector<SparseElement> elements;
  for (std::int32_t i = 0; i < 1000; ++i) {
    elements.push_back({i * 611 % 1000, static_cast<float>(i)});
  }
  REQUIRE(sort_sparse(elements.data(), 1000, 1000).ok());
  for (std::int32_t i = 0; i < 1000; ++i) {
    const SparseElement& element = elements[static_cast<std::size_t>(i)];
    CHECK(element.index == i);
    CHECK(static_cast<std::int32_t>(element.value) * 611 % 1000 == i);
  }
  CHECK(sort_sparse(elements.data(), 1000, 999).code == StatusCode::kIndexOutOfBounds);
  CHECK(sort_sparse(elements.data(), 0, 1).ok());
}

}  // namespace
}  // namespace vecext::parse_sparse_test
