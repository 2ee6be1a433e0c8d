// Element-wise operations.
#include "core/value/arithmetic.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "value/samples.h"

namespace vecext::arithmetic_test {
namespace {

constexpr std::int32_t kIntMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kIntMin = std::numeric_limits<std::int32_t>::min();

template <class T>
using Operation = Status (*)(DenseView<T>, DenseView<T>, T*);

template <class T>
std::vector<float> result(Operation<T> operation, const std::vector<float>& a,
                          const std::vector<float>& b) {
  std::vector<T> out(a.size());
  const test::Dense<T> x(a);
  const test::Dense<T> y(b);
  REQUIRE(operation(x.view(), y.view(), out.data()).ok());
  return test::floats(out);
}

template <class T>
StatusCode fault(Operation<T> operation, const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<T> out(a.size());
  const test::Dense<T> x(a);
  const test::Dense<T> y(b);
  const Status status = operation(x.view(), y.view(), out.data());
  CHECK((status.ok() || std::string(status.type) == DenseType<T>::kName));
  return status.code;
}

TEST_CASE_TEMPLATE("sum, difference, product", T, float, Half) {
  CHECK(result<T>(add, {1, 2, -3}, {4, -5, 0.5}) == std::vector<float>{5, -3, -2.5});
  CHECK(result<T>(subtract, {1, 2, -3}, {4, -5, 0.5}) == std::vector<float>{-3, 7, -3.5});
  CHECK(result<T>(multiply, {1, 2, -3}, {4, -5, 0.5}) == std::vector<float>{4, -10, -1.5});
}

TEST_CASE_TEMPLATE("sums over several blocks", T, float, Half) {
  for (const std::size_t dim : {255, 256, 257, 1000, 16000}) {
    std::vector<float> a(dim);
    std::vector<float> expected(dim);
    for (std::size_t i = 0; i < dim; ++i) {
      a[i] = static_cast<float>(i % 500);
      expected[i] = 2 * a[i];
    }
    CHECK(result<T>(add, a, a) == expected);
  }
}

TEST_CASE("halves are rounded to nearest even") {
  CHECK(result<Half>(add, {2048, 2048}, {1, 3}) == std::vector<float>{2048, 2052});
  CHECK(result<Half>(multiply, {1.0009765625F}, {1.0009765625F}) ==
        std::vector<float>{1.001953125F});
}

TEST_CASE_TEMPLATE("overflow", T, float, Half) {
  const float max = std::is_same_v<T, float> ? std::numeric_limits<float>::max() : 65504;
  for (const std::size_t i : {0, 6, 40}) {
    std::vector<float> a(41, 1);
    a[i] = max;
    std::vector<float> negative = a;
    negative[i] = -max;
    CHECK(fault<T>(add, a, a) == StatusCode::kOverflow);
    CHECK(fault<T>(subtract, a, negative) == StatusCode::kOverflow);
    CHECK(fault<T>(multiply, a, negative) == StatusCode::kOverflow);
    CHECK(fault<T>(add, a, negative) == StatusCode::kOk);
    CHECK(fault<T>(subtract, a, a) == StatusCode::kOk);
  }
}

TEST_CASE("underflow of a product to zero, in the precision of the type") {
  CHECK(fault<float>(multiply, {1e-30F}, {-1e-30F}) == StatusCode::kUnderflow);
  CHECK(fault<float>(multiply, {1e-20F}, {1e-20F}) == StatusCode::kOk);
  CHECK(fault<Half>(multiply, {1e-4F}, {1e-4F}) == StatusCode::kUnderflow);
  CHECK(fault<Half>(multiply, {1e-4F}, {1e-3F}) == StatusCode::kOk);
}

TEST_CASE_TEMPLATE("a product with zero does not underflow", T, float, Half) {
  CHECK(result<T>(multiply, {0, -0.0F, 5, 0}, {5, 5, 0, 0}) == std::vector<float>{0, 0, 0, 0});
}

TEST_CASE_TEMPLATE("the first product at fault decides", T, float, Half) {
  CHECK(fault<T>(multiply, {1, 6e-8F, 65504}, {1, 0.25, 65504}) ==
        (std::is_same_v<T, float> ? StatusCode::kOk : StatusCode::kUnderflow));
  CHECK(fault<Half>(multiply, {65504, 6e-8F}, {65504, 0.25}) == StatusCode::kOverflow);
  CHECK(fault<float>(multiply, {1e30F, 1e-30F}, {1e30F, 1e-30F}) == StatusCode::kOverflow);
  CHECK(fault<float>(multiply, {1e-30F, 1e30F}, {1e-30F, 1e30F}) == StatusCode::kUnderflow);
}

template <class T>
std::vector<float> normalized(const std::vector<float>& x) {
  std::vector<T> out(x.size(), test::elements<T>({7})[0]);
  const test::Dense<T> dense(x);
  REQUIRE(normalize(dense.view(), out.data()).ok());
  return test::floats(out);
}

TEST_CASE_TEMPLATE("normalization", T, float, Half) {
  CHECK(normalized<T>({3, 0, -4}) == test::floats(test::elements<T>({0.6F, 0, -0.8F})));
  CHECK(normalized<T>({0, -0.0F}) == std::vector<float>{0, 0});
  std::vector<float> x(1000);
  x[999] = -5;
  x[0] = 0;
  CHECK(normalized<T>(x)[999] == -1);
}

TEST_CASE("normalization neither overflows nor underflows in between") {
  CHECK(normalized<float>({3e38F, 4e37F})[0] == doctest::Approx(0.99122776));
  CHECK(normalized<float>({1e-45F}) == std::vector<float>{1});
  CHECK(normalized<float>({1e-45F, 1e38F}) == std::vector<float>{0, 1});
  CHECK(normalized<Half>({6e-8F, -6e-8F}) ==
        test::floats(test::elements<Half>({0.70710678F, -0.70710678F})));
}

TEST_CASE("sparse normalization leaves out what underflows") {
  const test::Sparse x(9, {1, 4, 7}, {3e20F, 1e-30F, -4e20F});
  std::vector<std::uint32_t> indices(3);
  std::vector<float> values(3);
  std::int32_t nnz = -1;
  REQUIRE(normalize(x.view(), indices.data(), values.data(), &nnz).ok());
  REQUIRE(nnz == 2);
  CHECK(indices[0] == 1);
  CHECK(indices[1] == 7);
  CHECK(values[0] == 0.6F);
  CHECK(values[1] == -0.8F);

  REQUIRE(normalize(test::Sparse(9, {}, {}).view(), nullptr, nullptr, &nnz).ok());
  CHECK(nnz == 0);
}

TEST_CASE_TEMPLATE("binary quantization", T, float, Half) {
  const auto quantized = [](const std::vector<float>& x) {
    std::vector<std::uint8_t> out((x.size() + 7) / 8, 0xaa);
    binary_quantize(test::Dense<T>(x).view(), out.data());
    return out;
  };
  using Bits = std::vector<std::uint8_t>;
  CHECK(quantized({1}) == Bits{0x80});
  CHECK(quantized({-1}) == Bits{0});
  CHECK(quantized({1, 0, -0.0F, 6e-8F, -1, 2, 3, -4}) == Bits{0x96});
  CHECK(quantized({0, 0, 0, 0, 0, 0, 0, 1, 1}) == Bits{0x01, 0x80});
  for (const std::size_t dim : {255, 256, 257, 263, 264, 265}) {
    std::vector<float> x(dim, -1);
    x[dim - 1] = 1;
    Bits expected((dim + 7) / 8, 0);
    expected.back() = static_cast<std::uint8_t>(0x80 >> (dim - 1) % 8);
    CHECK(quantized(x) == expected);
  }
}

TEST_CASE_TEMPLATE("subvector counts as substring does", T, float, Half) {
  const test::Dense<T> x{1, 2, 3, 4, 5};
  const auto part = [&](std::int32_t start, std::int32_t count) {
    DenseView<T> out{x.view().x, 0};
    const Status status = subvector(x.view(), start, count, &out);
    CHECK(status.code == (out.dim == 0 ? StatusCode::kNoDimensions : StatusCode::kOk));
    std::vector<T> elements(static_cast<std::size_t>(out.dim));
    if (out.dim > 0) {
      std::memcpy(elements.data(), static_cast<const void*>(out.x), elements.size() * sizeof(T));
    }
    return test::floats(elements);
  };
  using Floats = std::vector<float>;
  CHECK(part(1, 3) == Floats{1, 2, 3});
  CHECK(part(3, 2) == Floats{3, 4});
  CHECK(part(5, 1) == Floats{5});
  CHECK(part(1, 5) == Floats{1, 2, 3, 4, 5});
  CHECK(part(4, 9) == Floats{4, 5});
  CHECK(part(-1, 3) == Floats{1});
  CHECK(part(0, 2) == Floats{1});
  CHECK(part(2, kIntMax) == Floats{2, 3, 4, 5});
  CHECK(part(kIntMin, kIntMax).empty());
  CHECK(part(-1, kIntMax) == Floats{1, 2, 3, 4, 5});
  CHECK(part(-1, 2).empty());
  CHECK(part(1, 0).empty());
  CHECK(part(3, -1).empty());
  CHECK(part(6, 1).empty());
  CHECK(part(kIntMax, kIntMax).empty());
  CHECK(part(kIntMin, kIntMin).empty());
  CHECK(part(3, kIntMin).empty());
}

template <class T>
int order(const std::vector<float>& a, const std::vector<float>& b) {
  const test::Dense<T> x(a);
  const test::Dense<T> y(b);
  const int forward = compare(x.view(), y.view());
  CHECK(compare(y.view(), x.view()) == -forward);
  return forward;
}

TEST_CASE_TEMPLATE("comparison of dense vectors", T, float, Half) {
  CHECK(order<T>({1, 2}, {1, 2}) == 0);
  CHECK(order<T>({1, 2}, {1, 3}) == -1);
  CHECK(order<T>({1, 2}, {1, 2, -9}) == -1);
  CHECK(order<T>({2}, {1, 9}) == 1);
  CHECK(order<T>({0, -0.0F}, {-0.0F, 0}) == 0);
  CHECK(order<T>({-1}, {-0.5}) == -1);
  CHECK(order<T>({-1}, {0.5}) == -1);
  CHECK(order<T>({-6e-8F}, {0}) == -1);
  CHECK(order<T>({6e-8F}, {-0.0F}) == 1);
}

TEST_CASE("comparison of sparse vectors is that of dense ones") {
  // All vectors over {-1, 0, 2} of up to three dimensions.
  std::vector<std::vector<float>> all;
  for (int dim = 1; dim <= 3; ++dim) {
    for (int code = 0; code < std::pow(3, dim); ++code) {
      std::vector<float> x;
      for (int i = 0, rest = code; i < dim; ++i, rest /= 3) {
        x.push_back(std::vector<float>{-1, 0, 2}[static_cast<std::size_t>(rest % 3)]);
      }
      all.push_back(x);
    }
  }
  const auto sparse = [](const std::vector<float>& x) {
    std::vector<std::uint32_t> indices;
    std::vector<float> values;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i] != 0) {
        indices.push_back(static_cast<std::uint32_t>(i));
        values.push_back(x[i]);
      }
    }
    return test::Sparse(static_cast<std::int32_t>(x.size()), indices, values);
  };
  for (const auto& a : all) {
    for (const auto& b : all) {
      CHECK(compare(sparse(a).view(), sparse(b).view()) == order<float>(a, b));
    }
  }
  // The open space comes after vectors of as many elements, and its indices are not negative.
  const test::Sparse wide(kMaxSparseDims, {7}, {2});
  const test::Sparse open(kOpenSparseDims, {7}, {2});
  const test::Sparse high(kOpenSparseDims, {7, 0xffffffff}, {2, 1});
  CHECK(compare(wide.view(), open.view()) == -1);
  CHECK(compare(open.view(), open.view()) == 0);
  CHECK(compare(high.view(), open.view()) == 1);
  CHECK(compare(test::Sparse(kOpenSparseDims, {0x80000000}, {1}).view(), open.view()) == -1);
}

}  // namespace
}  // namespace vecext::arithmetic_test
