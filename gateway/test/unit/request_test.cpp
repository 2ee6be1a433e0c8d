// How targets, limits and arguments are read and written.
#include "wire/rest/request.h"

#include <doctest/doctest.h>

#include "base/failure.h"
#include "pool/statement.h"

using namespace vecext::gateway;
using rest::parse_target;

TEST_CASE("a target is taken apart") {
  const rest::Target target = parse_target("/collections/a%2Fb%20c/points//?wait=true&x=1+2&flag");
  CHECK(target.segments == std::vector<std::string>{"collections", "a/b c", "points"});
  REQUIRE(target.query.size() == 3);
  CHECK(target.query[0] == std::pair<std::string, std::string>{"wait", "true"});
  CHECK(target.query[1].second == "1 2");
  CHECK(target.query[2] == std::pair<std::string, std::string>{"flag", ""});
  CHECK(parse_target("/").segments.empty());
  CHECK(parse_target("http://h:1/a/b?x=1").segments == std::vector<std::string>{"a", "b"});
  CHECK(parse_target("http://h").segments.empty());
  CHECK(parse_target("/a?x=http://h/b").query[0].second == "http://h/b");
  CHECK(parse_target("/100%").segments == std::vector<std::string>{"100%"});
  CHECK(parse_target("/a%zz").segments == std::vector<std::string>{"a%zz"});
}

TEST_CASE("a limit has a default and a least value") {
  const JsonObject body =
      JsonObject::parse(R"({"limit": 3, "zero": 0, "huge": 99999999999})", "body");
  CHECK(rest::number_member(body, "limit", 10, 1) == 3);
  CHECK(rest::number_member(body, "other", 10, 1) == 10);
  CHECK(rest::number_member(body, "huge", 10, 1) == 2147483647);
  CHECK_THROWS_AS(rest::number_member(body, "zero", 10, 1), Failure);
}

TEST_CASE("arguments are in binary") {
  Arguments arguments;
  arguments.text("é").json("{}").int32(258).null().boolean(true).text("");
  REQUIRE(arguments.size() == 6);
  CHECK(std::string(arguments.value(0), 2) == "é");
  CHECK(std::string(arguments.value(1), static_cast<std::size_t>(arguments.length(1))) == "\1{}");
  CHECK(std::string(arguments.value(2), 4) == std::string("\0\0\1\2", 4));
  CHECK(arguments.value(3) == nullptr);
  CHECK(arguments.length(4) == 1);
  CHECK(arguments.value(5) != nullptr);
  CHECK(arguments.length(5) == 0);
}
