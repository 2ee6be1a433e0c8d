// Compressed bodies.
#include "wire/http/encoding.h"

#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <random>

#include "base/failure.h"

using namespace vecext::gateway;

namespace {

// Runs a coroutine to its end. Rethrows what it has thrown.
template <class T>
T result_of(Task<T> task) {
  asio::io_context loop;
  std::exception_ptr error;
  T result{};
  asio::co_spawn(loop.get_executor(), std::move(task), [&](std::exception_ptr thrown, T returned) {
    error = thrown;
    result = std::move(returned);
  });
  loop.run();
  if (error) {
    std::rethrow_exception(error);
  }
  return result;
}

std::string gzip(std::string_view text) {
  return result_of(gzip_body(text));
}

std::string inflated(std::string_view body, std::uint64_t limit = 100u << 20) {
  return result_of(inflate_body(body, limit));
}

}  // namespace

TEST_CASE("what is compressed comes back") {
  std::mt19937 random(1);
  std::string noise(1000000, ' ');
  for (char& c : noise) {
    c = static_cast<char>(random());
  }
  for (const std::string& text : {std::string(), std::string("x"), std::string(128u << 10, 'a'),
                                  std::string(10000000, 'b'), noise}) {
    CHECK(inflated(gzip(text)) == text);
  }
}

TEST_CASE("a compressed body has an end, a right sum and a limit") {
  const std::string body = gzip(std::string(1000000, 'a'));
  CHECK_NOTHROW(inflated(body, 1000000));
  CHECK_THROWS_WITH(inflated(body, 999999), "Payload exceeds the limit of its size");
  for (std::size_t length = 0; length < body.size(); length += 7) {
    CHECK_THROWS_AS(inflated(body.substr(0, length)), Failure);
  }
  CHECK_THROWS_AS(inflated(body + "x"), Failure);
  std::string wrong = body;
  wrong[wrong.size() - 6] ^= 1;
  CHECK_THROWS_AS(inflated(wrong), Failure);
}

TEST_CASE("encodings have names") {
  for (const char* name : {"", "identity", " Identity "}) {
    CHECK(encoding_of(name) == Encoding::kIdentity);
  }
  for (const char* name : {"gzip", "GZip", "x-gzip", "deflate"}) {
    CHECK(encoding_of(name) == Encoding::kDeflate);
  }
  for (const char* name : {"br", "zstd", "gzip, gzip", "gzi", "gzipp", "gzip;q=1"}) {
    CHECK_FALSE(encoding_of(name));
  }
  for (const char* header : {"gzip", "br, gzip", "deflate,GZIP ;q=0.1", "gzip;q=1.0, br"}) {
    CHECK(accepts_gzip(header));
  }
  for (const char* header : {"", "br", "gzip;q=0", "gzip; q=0.000", "gzipp", "*", ",,;"}) {
    CHECK_FALSE(accepts_gzip(header));
  }
}
