// Frames of gRPC, and the texts of its headers.
#include <doctest/doctest.h>

#include "base/body_memory.h"
#include "base/failure.h"
#include "test/unit/run.h"
#include "wire/grpc/framing.h"

using namespace vecext::gateway;
using namespace vecext::gateway::grpc;

namespace {

constexpr std::size_t kLimit = 100'000;

std::string frame_of(std::string_view message, bool gzips) {
  std::string frame(kPrefix, '\0');
  frame += message;
  finish_frame(frame);
  return gzips ? result_of(compressed_frame(frame)) : frame;
}

std::string read(std::string_view body, std::string_view encoding) {
  HeldBytes held;
  std::string space;
  return std::string(result_of(message_of(body, encoding, kLimit, space, held)));
}

void check_refusal(std::string_view body, std::string_view encoding, FailureKind kind,
                   std::string_view message) {
  try {
    read(body, encoding);
  } catch (const Failure& failure) {
    CHECK(failure.kind() == kind);
    CHECK(failure.message() == message);
    return;
  }
  FAIL_CHECK("a body is accepted");
}

}  // namespace

TEST_CASE("a message comes back from its frame, compressed or not") {
  const std::string message(kLimit, 'a');
  CHECK(frame_of("abc", false) == std::string("\0\0\0\0\3abc", 8));
  CHECK(read(frame_of(message, false), "") == message);
  CHECK(frame_of(message, true).size() < 1000);
  CHECK(read(frame_of(message, true), "gzip") == message);
  CHECK(read(frame_of("", false), "").empty());
}

TEST_CASE("bodies that are not one message within the limit are refused") {
  const std::string frame = frame_of("abc", false);
  for (const std::string& body : {std::string(), frame.substr(0, 4)}) {
    check_refusal(body, "", FailureKind::kBadJson, "The request has no message");
  }
  for (const std::string& body :
       {frame.substr(0, 7), frame + frame, std::string("\0\xff\xff\xff\xff", 5)}) {
    check_refusal(body, "", FailureKind::kBadJson, "The request has not exactly one message");
  }

  const std::string gzip = frame_of("abc", true);
  constexpr std::string_view kOnlyGzip = "Messages are compressed by gzip alone";
  check_refusal(gzip, "", FailureKind::kNotOffered, kOnlyGzip);
  check_refusal(gzip, "deflate", FailureKind::kNotOffered, kOnlyGzip);
  check_refusal(std::string("\2\0\0\0\0", 5), "gzip", FailureKind::kNotOffered, kOnlyGzip);
  std::string half = gzip.substr(0, gzip.size() - 3);
  half[4] = static_cast<char>(half.size() - kPrefix);
  check_refusal(half, "gzip", FailureKind::kBadJson,
                "Payload is not compressed as its header says");
  check_refusal(frame_of(std::string(kLimit + 1, 'a'), true), "gzip", FailureKind::kBadJson,
                "Payload exceeds the limit of its size");
}

TEST_CASE("grpc-timeout becomes whole seconds, rounded up") {
  using std::chrono::seconds;
  CHECK_FALSE(timeout_of(""));
  CHECK(timeout_of("5S") == seconds(5));
  CHECK(timeout_of("2M") == seconds(120));
  CHECK(timeout_of("1500m") == seconds(2));
  CHECK(timeout_of("4999999u") == seconds(5));
  CHECK(timeout_of("1n") == seconds(1));
  CHECK(timeout_of("0S") == seconds(1));
  CHECK_FALSE(timeout_of("99999999H"));
  for (const char* text : {"5", "S", "-1S", "5 S", "123456789S", "5s", "1.5S"}) {
    CHECK_THROWS_WITH_AS(timeout_of(text), "The header grpc-timeout is not a time", Failure);
  }
}

TEST_CASE("messages of status are printable ASCII") {
  CHECK(percent_encoded("Not found: `a b`") == "Not found: `a b`");
  CHECK(percent_encoded("50% \xc3\xa4\n") == "50%25 %C3%A4%0A");
}
