// Conversions between the types.
#include "core/value/convert.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "value/samples.h"

namespace vecext::convert_test {
namespace {

TEST_CASE("float to half: nearest even, underflow to zero, infinities kept") {
  const test::Dense<float> in{1.23456F, 65519.996F, -1e-8F,
                              2049,     2051,       std::numeric_limits<float>::infinity()};
  std::vector<Half> out(6);
  REQUIRE(to_half(in.view().x, out.data(), 6).ok());
  const std::vector<std::uint16_t> expected = {0x3cf0, 0x7bff, 0x8000, 0x6800, 0x6802, 0x7c00};
  for (std::size_t i = 0; i < out.size(); ++i) {
    CHECK(int{out[i].bits} == expected[i]);
  }
}

TEST_CASE("float to half: the first number out of range is named") {
  std::vector<float> x(100, 1);
  x[40] = std::numeric_limits<float>::infinity();
  x[70] = -65520;
  x[80] = 1e30F;
  const test::Dense<float> in(x);
  std::vector<Half> out(100);
  const Status status = to_half(in.view().x, out.data(), 100);
  CHECK(status.code == StatusCode::kNumberOutOfRange);
  CHECK(status.number == -65520);
  CHECK(std::string(status.type) == "halfvec");
}

TEST_CASE_TEMPLATE("dense to sparse and back", T, float, Half) {
  std::vector<float> x(1000);
  for (std::size_t i = 0; i < x.size(); i += 3) {
    x[i] = static_cast<float>(i) + 0.5F;
  }
  x[1] = -0.0F;
  const test::Dense<T> dense(x);
  const std::int32_t nnz = count_non_zeros(dense.view());
  REQUIRE(nnz == 334);
  std::vector<std::uint32_t> indices(334);
  std::vector<float> values(334);
  to_sparse(dense.view(), indices.data(), values.data());
  for (std::size_t i = 0; i < 334; ++i) {
    CHECK(indices[i] == 3 * i);
    CHECK(values[i] == x[3 * i]);
  }

  std::vector<T> back(1000, test::elements<T>({7})[0]);
  REQUIRE(to_dense(test::Sparse(1000, indices, values).view(), back.data()).ok());
  x[1] = 0;
  CHECK(test::floats(back) == x);
}

TEST_CASE_TEMPLATE("a dense vector of zeros has no sparse elements", T, float, Half) {
  CHECK(count_non_zeros(test::Dense<T>{0, -0.0F, 0}.view()) == 0);
  std::vector<T> out(3, test::elements<T>({7})[0]);
  REQUIRE(to_dense(test::Sparse(3, {}, {}).view(), out.data()).ok());
  CHECK(test::floats(out) == std::vector<float>{0, 0, 0});
}

TEST_CASE("sparse to halfvec: a number out of range is named") {
  std::vector<Half> out(5);
  const Status status = to_dense(test::Sparse(5, {1, 3}, {1, 1e6F}).view(), out.data());
  CHECK(status.code == StatusCode::kNumberOutOfRange);
  CHECK(status.number == 1e6F);
}

TEST_CASE_TEMPLATE("sparse to dense never writes outside", T, float, Half) {
  std::vector<T> out(5);
  for (const std::uint32_t index : {5u, 0x7fffffffu, 0xffffffffu}) {
    CHECK(to_dense(test::Sparse(5, {index}, {1}).view(), out.data()).code == StatusCode::kCorrupt);
  }
}

}  // namespace
}  // namespace vecext::convert_test
