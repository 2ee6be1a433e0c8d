// What a message of a stream asks for, and what a stream ends with.
#include "wire/rest/query_stream.h"

#include <doctest/doctest.h>

#include "base/failure.h"

using namespace vecext::gateway;
using rest::close_code_of;
using rest::stream_request_of;

namespace {

rest::StreamRequest read(std::string_view text) {
  return stream_request_of(JsonObject::parse(text, "message"));
}

}  // namespace

TEST_CASE("a message asks for a scroll or a query") {
  const rest::StreamRequest scroll = read(R"({"collection": "a", "scroll": {"limit": 3}})");
  CHECK(scroll.collection == "a");
  CHECK(scroll.scroll == R"({"limit": 3})");
  CHECK(!scroll.query);
  CHECK(scroll.batch == 100);
  CHECK(read(R"({"collection": "a", "query": {}, "batch": 7})").batch == 7);
  CHECK(read(R"({"collection": "a", "query": {}, "batch": 10000000})").batch == 10000);
  for (const char* text :
       {R"({"collection": "a"})", R"({"scroll": {}})", R"({"collection": 1, "scroll": {}})",
        R"({"collection": "a", "scroll": {}, "query": {}})",
        R"({"collection": "a", "scroll": {}, "batch": 0})"}) {
    CHECK_THROWS_AS(read(text), Failure);
  }
}

TEST_CASE("a stream ends with what the client is to do") {
  CHECK(close_code_of(FailureKind::kNotFound) == CloseCode::kRefused);
  CHECK(close_code_of(FailureKind::kUnauthenticated) == CloseCode::kRefused);
  CHECK(close_code_of(FailureKind::kUnavailable) == CloseCode::kTryAgain);
  CHECK(close_code_of(FailureKind::kTooOften) == CloseCode::kTryAgain);
  CHECK(close_code_of(FailureKind::kOverQuota) == CloseCode::kRefused);
  CHECK(close_code_of(FailureKind::kInternal) == CloseCode::kFault);
}
