// Texts that are compressed, and come back.
#include "base/gzip.h"

#include <doctest/doctest.h>

#include <random>

#include "base/body_memory.h"
#include "base/failure.h"
#include "test/unit/run.h"

using namespace vecext::gateway;

namespace {

std::string compressed(std::string_view text) {
  return result_of(gzip(text));
}

std::string inflated(std::string_view text, std::uint64_t limit = 100u << 20) {
  HeldBytes held;
  return result_of(inflate(text, limit, held));
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
    CHECK(inflated(compressed(text)) == text);
  }
}

TEST_CASE("a compressed text has an end, a right sum and a limit") {
  const std::string text = compressed(std::string(1000000, 'a'));
  CHECK_NOTHROW(inflated(text, 1000000));
  CHECK_THROWS_WITH(inflated(text, 999999), "Payload exceeds the limit of its size");
  for (std::size_t length = 0; length < text.size(); length += 7) {
    CHECK_THROWS_AS(inflated(text.substr(0, length)), Failure);
  }
  CHECK_THROWS_AS(inflated(text + "x"), Failure);
  std::string wrong = text;
  wrong[wrong.size() - 6] ^= 1;
  CHECK_THROWS_AS(inflated(wrong), Failure);
}

TEST_CASE("others have their turns while a large text is compressed") {
  const std::string text(16u << 20, 'a');
  std::size_t turns = 0;
  const std::string small = result_of(gzip(text), &turns);
  CHECK(turns >= 128);
  turns = 0;
  HeldBytes held;
  CHECK(result_of(inflate(small, text.size(), held), &turns) == text);
  CHECK(held.bytes() == text.size());
  CHECK(turns >= 128);
}
