// Limits, type modifiers, finiteness.
#include "core/value/check.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "value/samples.h"

namespace vecext::check_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST_CASE_TEMPLATE("limits of a dense dimension", T, float, Half) {
  CHECK(check_dim<T>(1).ok());
  CHECK(check_dim<T>(16000).ok());
  CHECK(check_dim<T>(0).code == StatusCode::kNoDimensions);
  CHECK(check_dim<T>(-1).code == StatusCode::kNoDimensions);
  const Status status = check_dim<T>(16001);
  CHECK(status.code == StatusCode::kTooManyDimensions);
  CHECK(status.expected == 16000);
  CHECK(std::string(status.type) == DenseType<T>::kName);
}

TEST_CASE("limits of a sparse dimension and of its elements") {
  CHECK(check_sparse_dim(1).ok());
  CHECK(check_sparse_dim(1'000'000'000).ok());
  CHECK(check_sparse_dim(kOpenSparseDims).ok());
  for (const std::int64_t dim : {kOpenSparseDims - 1, kOpenSparseDims + 1}) {
    CHECK(check_sparse_dim(dim).code == StatusCode::kTooManyDimensions);
  }
  CHECK(check_sparse_dim(0).code == StatusCode::kNoDimensions);
  const Status dims = check_sparse_dim(1'000'000'001);
  CHECK(dims.code == StatusCode::kTooManyDimensions);
  CHECK(dims.expected == 1'000'000'000);

  CHECK(check_non_zeros(0).ok());
  CHECK(check_non_zeros(16000).ok());
  const Status non_zeros = check_non_zeros(16001);
  CHECK(non_zeros.code == StatusCode::kTooManyNonZeros);
  CHECK(non_zeros.expected == 16000);
}

TEST_CASE("type modifier") {
  CHECK(check_expected_dim("vector", -1, 3).ok());
  CHECK(check_expected_dim("vector", 3, 3).ok());
  const Status status = check_expected_dim("vector", 2, 3);
  CHECK(status.code == StatusCode::kUnexpectedDimensions);
  CHECK(status.expected == 2);
  CHECK(status.actual == 3);
  CHECK(std::string(status.type) == "vector");
}

TEST_CASE("operands of one dimension") {
  CHECK(check_same_dim("halfvec", 2, 2).ok());
  const Status status = check_same_dim("halfvec", 2, 1);
  CHECK(status.code == StatusCode::kDifferentDimensions);
  CHECK(status.expected == 2);
  CHECK(status.actual == 1);
}

TEST_CASE("the open space has two numbers of dimensions") {
  CHECK(check_same_dim("sparsevec", kMaxSparseDims, kOpenSparseDims).ok());
  CHECK(check_same_dim("sparsevec", kOpenSparseDims, kMaxSparseDims).ok());
  CHECK_FALSE(check_same_dim("sparsevec", kMaxSparseDims - 1, kOpenSparseDims).ok());
  CHECK(check_expected_dim("sparsevec", kMaxSparseDims, kOpenSparseDims).ok());
  const Status status = check_expected_dim("sparsevec", 3, kOpenSparseDims);
  CHECK(status.code == StatusCode::kUnexpectedDimensions);
  CHECK(status.actual == 4'294'967'296);
  CHECK(index_bound(kMaxSparseDims) == kOpenSparseDims);
  CHECK(index_bound(kMaxSparseDims - 1) == kMaxSparseDims - 1);
  CHECK(dim_for_index(kMaxSparseDims, 999'999'999) == kMaxSparseDims);
  CHECK(dim_for_index(kMaxSparseDims, 1'000'000'000) == kOpenSparseDims);
  CHECK(dim_for_index(7, 7) == 7);
}

template <class T>
StatusCode finiteness(const std::vector<float>& x) {
  const test::Dense<T> dense(x);
  return check_finite(dense.view().x, dense.view().dim).code;
}

TEST_CASE_TEMPLATE("finiteness: wherever the fault is", T, float, Half) {
  for (const std::size_t n : {1, 2, 7, 8, 9, 31, 64, 65}) {
    std::vector<float> x(n, 65504);
    CHECK(finiteness<T>(x) == StatusCode::kOk);
    for (std::size_t i = 0; i < n; ++i) {
      CAPTURE(i);
      x[i] = kNan;
      CHECK(finiteness<T>(x) == StatusCode::kNan);
      x[i] = -kInfinity;
      CHECK(finiteness<T>(x) == StatusCode::kInfinity);
      x[i] = -65504;
    }
  }
  CHECK(finiteness<T>({}) == StatusCode::kOk);
}

TEST_CASE_TEMPLATE("finiteness: the first fault decides", T, float, Half) {
  CHECK(finiteness<T>({1, kNan, kInfinity}) == StatusCode::kNan);
  CHECK(finiteness<T>({1, -kInfinity, kNan}) == StatusCode::kInfinity);
}

TEST_CASE("finiteness: extremes of float") {
  CHECK(finiteness<float>({std::numeric_limits<float>::max(), -std::numeric_limits<float>::max(),
                           std::numeric_limits<float>::denorm_min(), -0.0F}) == StatusCode::kOk);
  CHECK(finiteness<float>({std::numeric_limits<float>::signaling_NaN()}) == StatusCode::kNan);
}

}  // namespace
}  // namespace vecext::check_test
