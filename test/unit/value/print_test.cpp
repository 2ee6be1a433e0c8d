// Text output, and that it reads back.
#include "core/value/print.h"

#include <doctest/doctest.h>

#include <charconv>
#include <limits>
#include <string>

#include "core/value/parse.h"
#include "value/samples.h"

namespace vecext::print_test {
namespace {

int print_shortest(float value, char* out) {
  return static_cast<int>(std::to_chars(out, out + kMaxFloatText, value).ptr - out);
}

/// Takes all the room that a number may.
int print_widest(float, char* out) {
  std::memset(out, 'x', kMaxFloatText);
  return static_cast<int>(kMaxFloatText);
}

template <class T>
std::string print(const test::Dense<T>& x, PrintFloat print_float = print_shortest) {
  std::vector<char> out(dense_text_size(x.view().dim));
  print_dense(x.view(), print_float, out.data());
  return out.data();
}

std::string print(const test::Sparse& x, PrintFloat print_float = print_shortest) {
  std::vector<char> out(sparse_text_size(x.view().nnz));
  print_sparse(x.view(), print_float, out.data());
  return out.data();
}

TEST_CASE("dense text output") {
  CHECK(print(test::Dense<float>{1}) == "[1]");
  CHECK(print(test::Dense<float>{1, -2.5, -0.0F, 1.5e38F, 1e-5F}) == "[1,-2.5,-0,1.5e+38,1e-05]");
  CHECK(print(test::Dense<Half>{0.6F, 0.8F, 65504}) == "[0.60009766,0.7998047,65504]");
}

TEST_CASE("sparse text output") {
  CHECK(print(test::Sparse(5, {0, 2}, {1.5, 3.5})) == "{1:1.5,3:3.5}/5");
  CHECK(print(test::Sparse(1, {}, {})) == "{}/1");
  CHECK(print(test::Sparse(kMaxSparseDims, {}, {})) == "{}/1000000000");
  CHECK(print(test::Sparse(kMaxSparseDims, {kMaxSparseDims - 1}, {-1})) ==
        "{1000000000:-1}/1000000000");
  CHECK(print(test::Sparse(kOpenSparseDims, {0, 0x80000000, 0xffffffff}, {1, 2, 3})) ==
        "{1:1,2147483649:2,4294967296:3}/4294967296");
}

TEST_CASE_TEMPLATE("dense text output stays in its room", T, float, Half) {
  for (const std::size_t dim : {1, 2, 255, 256, 257, 16000}) {
    const std::string text = print(test::Dense<T>(std::vector<float>(dim, 1)), print_widest);
    CHECK(text.size() == dim * (kMaxFloatText + 1) + 1);
  }
}

TEST_CASE("sparse text output stays in its room, whatever the indices are") {
  constexpr std::uint32_t kMax = std::numeric_limits<std::uint32_t>::max();
  CHECK(print(test::Sparse(kOpenSparseDims, {kMax, kMax, kMax}, {1, 1, 1}), print_widest) ==
        "{4294967296:xxxxxxxxxxxxxxxx,4294967296:xxxxxxxxxxxxxxxx,4294967296:xxxxxxxxxxxxxxxx}"
        "/4294967296");
}

TEST_CASE_TEMPLATE("dense text reads back", T, float, Half) {
  std::vector<float> x;
  for (int i = 0; i < 1000; ++i) {
    x.push_back(static_cast<float>((i * 7919 % 2001 - 1000) / 977.0));
  }
  const test::Dense<T> dense(x);
  std::vector<T> parsed(1000);
  std::int32_t dim = 0;
  REQUIRE(parse_dense(print(dense).c_str(), parsed.data(), &dim).ok());
  CHECK(dim == 1000);
  CHECK(std::memcmp(parsed.data(), dense.view().x, parsed.size() * sizeof(T)) == 0);
}

TEST_CASE("every half reads back") {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const Half half{static_cast<std::uint16_t>(bits)};
    if (!is_finite(half)) {
      continue;
    }
    char text[32];
    REQUIRE(dense_text_size(1) <= sizeof text);
    print_dense(HalfvecView{&half, 1}, print_shortest, text);
    Half parsed;
    std::int32_t dim = 0;
    REQUIRE(parse_dense(text, &parsed, &dim).ok());
    REQUIRE(int{parsed.bits} == int{half.bits});
  }
}

}  // namespace
}  // namespace vecext::print_test
