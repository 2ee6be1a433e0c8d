// Random samples of rows.
#include "core/base/copy_sample.h"

#include <vector>

#include "doctest/doctest.h"

namespace vecext::test::copy_sample_test {
namespace {

constexpr std::uint32_t kRows = 40000;
constexpr std::size_t kDims = 24;

struct Copied {
  Status status;
  std::vector<std::uint32_t> chosen;
  std::vector<float> rows;
};

/// Of rows whose elements are their number.
Copied sample_of(std::uint32_t n, std::int32_t threads,
                 bool (*stop)(void*, std::size_t) = nullptr) {
  std::vector<float> x;
  for (std::uint32_t i = 0; i < kRows; ++i) {
    x.insert(x.end(), kDims, static_cast<float>(i));
  }
  Copied copied{{}, std::vector<std::uint32_t>(n), std::vector<float>(n * kDims)};
  copied.status = copy_sample(x.data(), kRows, n, kDims, 7, {threads, stop, nullptr},
                              copied.chosen.data(), copied.rows.data());
  return copied;
}

TEST_CASE("a sample has its rows in order, each once, whatever the threads") {
  for (const std::uint32_t n : {0U, 1U, 255U, 30000U, kRows}) {
    CAPTURE(n);
    const Copied one = sample_of(n, 1);
    REQUIRE(one.status.ok());
    bool is_in_order = true;
    bool is_whole = true;
    for (std::uint32_t i = 0; i < n; ++i) {
      is_in_order =
          is_in_order && one.chosen[i] < kRows && (i == 0 || one.chosen[i - 1] < one.chosen[i]);
      for (std::size_t d = 0; d < kDims; ++d) {
        is_whole = is_whole && one.rows[i * kDims + d] == static_cast<float>(one.chosen[i]);
      }
    }
    CHECK(is_in_order);
    CHECK(is_whole);
    CHECK(sample_of(n, 4).rows == one.rows);
  }
}

TEST_CASE("rows of a sample come from all parts alike, and copying them can be stopped") {
  const Copied half = sample_of(kRows / 2, 1);
  std::uint32_t in_first_half = 0;
  for (const std::uint32_t row : half.chosen) {
    in_first_half += row < kRows / 2 ? 1 : 0;
  }
  CHECK(in_first_half > kRows / 4 - 500);
  CHECK(in_first_half < kRows / 4 + 500);
  const Copied stopped = sample_of(kRows, 2, [](void*, std::size_t) { return true; });
  CHECK(stopped.status.code == StatusCode::kCancelled);
}

}  // namespace
}  // namespace vecext::test::copy_sample_test
