#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "core/condition/timestamp.h"

using vecext::parse_timestamp;

namespace vecext::timestamp_test {
namespace {

/// Microseconds since 2000-01-01.
std::optional<std::int64_t> parsed(std::string_view text) {
  std::int64_t microseconds = 12345;
  if (parse_timestamp(text, &microseconds)) {
    return microseconds;
  }
  CHECK(microseconds == 12345);
  return {};
}

constexpr std::int64_t kSecond = 1000000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

}  // namespace

TEST_CASE("times: dates of the Gregorian calendar") {
  CHECK(parsed("2000-01-01") == 0);
  CHECK(parsed("2000-01-02") == kDay);
  CHECK(parsed("1999-12-31") == -kDay);
  CHECK(parsed("1970-01-01") == -10957 * kDay);
  CHECK(parsed("2024-02-29") == 8825 * kDay);
  CHECK(parsed("0001-01-01") == -730119 * kDay);
  CHECK(parsed("0000-01-01") == -730485 * kDay);
  CHECK(parsed("9999-12-31") == 2921939 * kDay);
}

TEST_CASE("times: each day follows the one before") {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t expected = -730485 * kDay;
  char text[64];
  for (int year = 0; year <= 9999; ++year) {
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    for (int month = 1; month <= 12; ++month) {
      const int days = kDays[month - 1] + (leap && month == 2);
      for (const int day : {1, days}) {
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        REQUIRE(parsed(text) == expected + (day - 1) * kDay);
      }
      std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, days + 1);
      REQUIRE_FALSE(parsed(text));
      expected += days * kDay;
    }
  }
}

TEST_CASE("times: of day, with fractions of a second") {
  CHECK(parsed("2000-01-01T01:02:03") == kHour + 123 * kSecond);
  CHECK(parsed("2000-01-01 01:02:03") == kHour + 123 * kSecond);
  CHECK(parsed("2000-01-01t01:02:03z") == kHour + 123 * kSecond);
  CHECK(parsed("2000-01-01T01:02") == kHour + 120 * kSecond);
  CHECK(parsed("2000-01-01T23:59:59.5") == kDay - kSecond / 2);
  CHECK(parsed("2000-01-01T00:00:00.000001") == 1);
  CHECK(parsed("2000-01-01T00:00:00.123456789Z") == 123456);
  CHECK(parsed("2000-01-01T00:00:00.0000009") == 0);
  CHECK(parsed("1999-12-31T23:59:59.999999") == -1);
  CHECK(parsed("1999-12-31T23:59:59.9999999999999999999") == -1);
  CHECK(parsed("2016-12-31T23:59:60Z") == parsed("2017-01-01T00:00:00Z"));
  CHECK(parsed("  2000-01-02") == kDay);
}

TEST_CASE("times: offsets from UTC, none is UTC") {
  CHECK(parsed("2000-01-01T00:00:00Z") == 0);
  CHECK(parsed("2000-01-01T00:00:00+00:00") == 0);
  CHECK(parsed("2000-01-01T00:00:00-00:00") == 0);
  CHECK(parsed("2000-01-01T00:00:00+01:30") == -kHour - 1800 * kSecond);
  CHECK(parsed("2000-01-01T00:00:00-0800") == 8 * kHour);
  CHECK(parsed("2000-01-01T00:00:00+02") == -2 * kHour);
  CHECK(parsed("2000-01-01 00:00:00.5 -02") == 2 * kHour + kSecond / 2);
  CHECK(parsed("2000-01-01T00:00+23:59") == -kDay + 60 * kSecond);
  CHECK(parsed("2000-01-01 00:00:00 UTC") == 0);
  CHECK(parsed("2000-01-01 00:00:00 Z") == 0);
}

TEST_CASE("times: offsets of local mean time have seconds") {
  CHECK(parsed("2000-01-01T00:00:00+00:19:32") == -(19 * 60 + 32) * kSecond);
  CHECK(parsed("2000-01-01T00:00:00-01:00:01") == kHour + kSecond);
  CHECK(parsed("1900-01-01T00:19:32+00:19:32") == parsed("1900-01-01"));
  CHECK(parsed("2000-01-01T00:00:00.5+001932") == -(19 * 60 + 32) * kSecond + kSecond / 2);
}

TEST_CASE("times: years beyond 9999 and before Christ, as far as the server has them") {
  CHECK(parsed("10000-01-01") == 2921940 * kDay);
  CHECK(parsed("12000-01-01T00:00:00+00:00") == 25 * 146097 * kDay);
  CHECK(parsed("0001-12-31 BC") == -730120 * kDay);
  CHECK(parsed("0001-12-31T23:00:00-01:00 BC") == parsed("0001-01-01"));
  CHECK(parsed("0001-02-29 BC") == parsed("0000-02-29"));
  CHECK(parsed("4714-11-24T00:00:00+00:00 BC") == -2451545 * kDay);
  CHECK(parsed("294276-12-31T23:59:59.999999Z") == 9223371331200 * kSecond - 1);
}

TEST_CASE("times: refused") {
  for (const std::string_view text : {
           "",
           " ",
           "now",
           "today",
           "2000",
           "2000-01",
           "2000-1-1",
           "20000101",
           "2000/01/01",
           "00-01-01",
           "294277-01-01",
           "99999999999999999999-01-01",
           "294276-12-31T23:59:59-00:01",
           "4714-11-23 BC",
           "4714-11-24T00:00:00+00:01 BC",
           "0000-01-01 BC",
           "0002-02-29 BC",
           "0044-03-15BC",
           "0044-03-15 bc",
           " BC",
           "-2000-01-01",
           "+2000-01-01",
           "2000-00-01",
           "2000-13-01",
           "2000-01-00",
           "2000-01-32",
           "2000-02-30",
           "2001-02-29",
           "1900-02-29",
           "2000-01-01T",
           "2000-01-01 ",
           "2000-01-01T1",
           "2000-01-01T12",
           "2000-01-01T12:",
           "2000-01-01T12:3",
           "2000-01-01T24:00:00",
           "2000-01-01T12:60:00",
           "2000-01-01T12:00:61",
           "2000-01-01T12:00:",
           "2000-01-01T12:00:00.",
           "2000-01-01T12:00:00.x",
           "2000-01-01T12:00:00,5",
           "2000-01-01T12:00:00 ",
           "2000-01-01T12:00:00+",
           "2000-01-01T12:00:00+1",
           "2000-01-01T12:00:00+001",
           "2000-01-01T12:00:00+24:00",
           "2000-01-01T12:00:00+01:60",
           "2000-01-01T12:00:00+01:",
           "2000-01-01T12:00:00+01:0",
           "2000-01-01T12:00:00+01:00:60",
           "2000-01-01T12:00:00+01:00:00:00",
           "2000-01-01T12:00:00+01:00:0",
           "2000-01-01T12:00:00ZZ",
           "2000-01-01T12:00:00Z ",
           "2000-01-01T12:00:00 CET",
           "2000-01-01T12:00:00utc",
           "2000-01-01Z",
           "2000-01-01x12:00:00",
           "2000-01-01  12:00:00",
           "2000-01-01T12:00:00 +01 ",
           "２０００-01-01",
           "2000-01-01T12:00.5",
           "infinity",
           "Mon, 01 Jan 2000 00:00:00 GMT",
       }) {
    INFO(text);
    CHECK_FALSE(parsed(text));
  }
  CHECK_FALSE(parsed(std::string_view("2000-01-01\0", 11)));
  CHECK_FALSE(parsed(std::string_view("2000-01-01T12:00:00\0Z", 21)));
}

}  // namespace vecext::timestamp_test
