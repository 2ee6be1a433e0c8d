#include "core/quota/request_window.h"

#include <doctest/doctest.h>

#include <deque>
#include <random>
#include <vector>

namespace vecext::request_window_test {
namespace {

using Times = std::vector<std::int64_t>;

TEST_CASE(
    "request window: a limit of n admits n requests, and the next one a second after the first") {
  Times times(10);
  RequestWindow window{};
  for (std::int64_t i = 0; i < 10; ++i) {
    CHECK(admit_request(times, &window, 5'000'000 + i * 1000));
  }
  CHECK_FALSE(admit_request(times, &window, 5'009'001));
  CHECK(requests_in_window(times, window, 5'009'001) == 10);
  CHECK(wait_for_request(times, window, 5'009'001) == 990'999);
  CHECK_FALSE(admit_request(times, &window, 5'999'999));
  CHECK(wait_for_request(times, window, 6'000'000) == 0);
  CHECK(admit_request(times, &window, 6'000'000));
  CHECK_FALSE(admit_request(times, &window, 6'000'999));
  CHECK(admit_request(times, &window, 6'001'000));
}

TEST_CASE(
    "request window: no second has more requests than the limit, and none is refused below it") {
  for (const std::int64_t limit : {1, 2, 7, 100}) {
    CAPTURE(limit);
    std::mt19937_64 random(static_cast<std::uint64_t>(limit));
    Times times(static_cast<std::size_t>(limit));
    RequestWindow window{};
    std::deque<std::int64_t> admitted;  // of the last second
    std::int64_t now = 0;
    for (int i = 0; i < 20000; ++i) {
      now += static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * kWindow / limit));
      while (!admitted.empty() && now - admitted.front() >= kWindow) {
        admitted.pop_front();
      }
      REQUIRE(requests_in_window(times, window, now) == static_cast<std::int64_t>(admitted.size()));
      const bool is_free = static_cast<std::int64_t>(admitted.size()) < limit;
      REQUIRE(admit_request(times, &window, now) == is_free);
      if (is_free) {
        admitted.push_back(now);
      }
    }
  }
}

TEST_CASE("request window: a limit of zero admits none") {
  RequestWindow window{};
  CHECK_FALSE(admit_request({}, &window, 1));
}

TEST_CASE("request window: another limit keeps the last requests") {
  Times times(4);
  RequestWindow window{};
  for (const std::int64_t now : {100, 200, 300, 400}) {
    CHECK(admit_request(times, &window, now));
  }
  CHECK(admit_request(times, &window, 100 + kWindow));
  Times larger(6);
  resize_window(times, larger, &window);
  CHECK(requests_in_window(larger, window, 150 + kWindow) == 4);
  CHECK(admit_request(larger, &window, 150 + kWindow));
  CHECK(admit_request(larger, &window, 160 + kWindow));
  CHECK_FALSE(admit_request(larger, &window, 170 + kWindow));
  Times smaller(2);
  resize_window(larger, smaller, &window);
  CHECK(requests_in_window(smaller, window, 180 + kWindow) == 2);
  CHECK_FALSE(admit_request(smaller, &window, 150 + 2 * kWindow - 1));
  CHECK(admit_request(smaller, &window, 150 + 2 * kWindow));
}

}  // namespace
}  // namespace vecext::request_window_test
