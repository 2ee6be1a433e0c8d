#include "core/postings/segment/length_code.h"

#include "core/postings/segment/bm25_score.h"
#include "doctest/doctest.h"

namespace vecext::postings::length_code_test {
namespace {

TEST_CASE("lengths: exact up to 39, then rounded down by an eighth at most") {
  for (std::uint32_t length = 0; length < 40; ++length) {
    CHECK(length_code(length) == length);
    CHECK(decoded_length(length_code(length)) == length);
  }
  CHECK(length_code(40) == 40);
  CHECK(decoded_length(40) == 40);
  CHECK(decoded_length(length_code(41)) == 40);
  std::uint32_t before = 0;
  for (std::uint64_t length = 40; length < std::uint64_t{1} << 31; length += length / 50 + 1) {
    const std::uint8_t code = length_code(static_cast<std::uint32_t>(length));
    const std::uint32_t decoded = decoded_length(code);
    CHECK(decoded <= length);
    CHECK(decoded >= before);
    CHECK(static_cast<double>(length - decoded) <= static_cast<double>(length - 24) / 8);
    CHECK(length_code(decoded) == code);
    before = decoded;
  }
  CHECK(length_code(0xFFFFFFFFu) == 255);
  for (int code = 1; code < 256; ++code) {
    CHECK(decoded_length(static_cast<std::uint8_t>(code)) >
          decoded_length(static_cast<std::uint8_t>(code - 1)));
  }
}

TEST_CASE("weights and norms") {
  const Bm25 bm25{1.2F, 0.75F};
  // ln(1 + (1000 - 10 + .5) / (10 + .5)) * 2.2
  CHECK(term_weight(bm25, 1000, 10) == doctest::Approx(4.557379 * 2.2).epsilon(1e-6));
  CHECK(term_weight(bm25, 10, 10) > 0);
  CHECK(term_weight(bm25, 9, 10) == term_weight(bm25, 10, 10));
  CHECK(norm_of(bm25, 20, 20) == doctest::Approx(1.2));
  CHECK(norm_of({1.2F, 0}, 20, 200) == doctest::Approx(1.2));
  CHECK(TextStatistics{}.average() == 1);
  CHECK(TextStatistics{4, 10}.average() == 2.5);
}

TEST_CASE("bounds hold for other averages and parameters") {
  const Bm25 settings[] = {{1.2F, 0.75F}, {0.9F, 0.4F}, {2, 1}, {0, 0}, {1.2F, 0}};
  for (const Bm25& then : settings) {
    for (const Bm25& now : settings) {
      for (const double average : {1.0, 12.0, 400.0}) {
        const double growth = bound_growth(then, 30, now, average);
        for (int code = 0; code < 256; code += 5) {
          const auto length = static_cast<std::uint8_t>(code);
          for (const double f : {1.0, 3.0, 127.0}) {
            const double before = f / (f + norm_of(then, 30, length));
            const double after = f / (f + norm_of(now, average, length));
            CHECK(after <= before * growth * (1 + 1e-12));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace vecext::postings::length_code_test
