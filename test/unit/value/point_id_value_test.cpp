// Ids of points that are numbers or UUIDs.
#include "core/value/point_id_value.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace vecext::point_id_value_test {
namespace {

PointId id_of(std::string_view text) {
  PointId id{};
  INFO(text);
  REQUIRE(parse_point_id(text, &id).ok());
  return id;
}

StatusCode fault(std::string_view text) {
  PointId id;
  return parse_point_id(text, &id).code;
}

std::string printed(const PointId& id) {
  char text[kMostPointIdText];
  return {text, static_cast<std::size_t>(print_point_id(id, text))};
}

TEST_CASE("point ids: numbers of 64 bits") {
  for (const char* number : {"0", "5", "9223372036854775808", "18446744073709551615"}) {
    CHECK(id_of(number).is_number());
    CHECK(printed(id_of(number)) == number);
    CHECK(std::to_string(id_of(number).number()) == number);
  }
  CHECK(printed(id_of("007")) == "7");
  CHECK(fault("18446744073709551616") == StatusCode::kTokenOutOfRange);
  CHECK(fault("000000000000000000005") == StatusCode::kInvalidSyntax);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "a"}) {
    CHECK(fault(text) == StatusCode::kInvalidSyntax);
  }
}

TEST_CASE("point ids: UUIDs in all their forms") {
  constexpr const char* kPrinted = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
  for (const char* text :
       {kPrinted, "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "f81d4fae7dec11d0a76500a0c91e6bf6",
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}) {
    CHECK(!id_of(text).is_number());
    CHECK(printed(id_of(text)) == kPrinted);
  }
  CHECK(printed(id_of("00000000000000000000000000000005")) ==
        "00000000-0000-0000-0000-000000000005");
  for (const char* text :
       {"f81d4fae", "f81d4fae7dec11d0a76500a0c91e6bf", "f81d4fae7-dec-11d0-a765-00a0c91e6bf6",
        "{f81d4fae7dec11d0a76500a0c91e6bf6}", "urn:uuid:f81d4fae7dec11d0a76500a0c91e6bf6"}) {
    CHECK(fault(text) == StatusCode::kInvalidSyntax);
  }
}

TEST_CASE("point ids: the order is that of bytes, and abbreviations agree with it") {
  const std::vector<std::string> texts = {"0",
                                          "1",
                                          "255",
                                          "256",
                                          "9223372036854775807",
                                          "9223372036854775808",
                                          "18446744073709551615",
                                          "00000000-0000-0000-0000-000000000000",
                                          "00000000-0000-0000-0000-000000000001",
                                          "00000000-0000-0000-0100-000000000000",
                                          "7fffffff-ffff-ffff-ffff-ffffffffffff",
                                          "80000000-0000-0000-0000-000000000000",
                                          "ffffffff-ffff-ffff-ffff-ffffffffffff"};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t k = 0; k < texts.size(); ++k) {
      const int order = compare_point_ids(id_of(texts[i]), id_of(texts[k]));
      CHECK((order < 0) == (i < k));
      CHECK((order > 0) == (i > k));
      CHECK((i > k || abbreviate(id_of(texts[i])) <= abbreviate(id_of(texts[k]))));
    }
  }
}

TEST_CASE("point ids: binary messages") {
  PointId read;
  for (const char* text : {"0", "18446744073709551615", "ffffffff-ffff-ffff-ffff-ffffffffffff"}) {
    const PointId id = id_of(text);
    const auto* data = reinterpret_cast<const std::byte*>(id.bytes);
    REQUIRE(decode_point_id(data, sizeof id, &read).ok());
    CHECK(compare_point_ids(id, read) == 0);
    CHECK(decode_point_id(data, sizeof id - 1, &read).code == StatusCode::kTruncated);
  }
  const auto invalid = [&](std::size_t at, std::uint8_t byte) {
    PointId id = point_id_of_number(7);
    id.bytes[at] = byte;
    return decode_point_id(reinterpret_cast<const std::byte*>(id.bytes), sizeof id, &read).code;
  };
  CHECK(invalid(0, 2) == StatusCode::kInvalidBytes);
  CHECK(invalid(9, 1) == StatusCode::kInvalidBytes);
  CHECK(invalid(16, 1) == StatusCode::kInvalidBytes);
  CHECK(invalid(1, 1) == StatusCode::kOk);
}

}  // namespace
}  // namespace vecext::point_id_value_test
