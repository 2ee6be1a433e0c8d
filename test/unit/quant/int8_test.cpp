// Vectors in bytes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/quant/int8.h"
#include "quant/samples.h"

namespace vecext::int8_test {
namespace {

struct Bytes {
  float step;
  std::vector<std::int8_t> values;
};

Bytes bytes_of(const std::vector<float>& x) {
  Bytes bytes{-1, std::vector<std::int8_t>(x.size(), 99)};
  bytes.step = encode_int8(x.data(), x.size(), bytes.values.data());
  return bytes;
}

TEST_CASE("bytes are the nearest multiples of a step that brings the largest to 127") {
  std::mt19937 random(1);
  for (const std::int32_t dims : {1, 3, 16, 17, 100, 784, 1001}) {
    for (const float size : {1e-25f, 1e-3f, 1.0f, 1e37f}) {
      CAPTURE(dims);
      CAPTURE(size);
      const auto x = normal_values(dims, random, size);
      float largest = 0;
      for (const float value : x) {
        largest = std::max(largest, std::fabs(value));
      }
      const Bytes bytes = bytes_of(x);
      CHECK(bytes.step == largest / 127);
      std::vector<float> back(x.size(), NAN);
      decode_int8(bytes.values.data(), x.size(), bytes.step, back.data());
      int most = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(std::fabs(back[i] - x[i]) <= .5001f * bytes.step);
        CHECK(back[i] == bytes.step * static_cast<float>(bytes.values[i]));
        most = std::max(most, std::abs(static_cast<int>(bytes.values[i])));
      }
      CHECK(most == 127);
    }
  }
}

TEST_CASE("signs are symmetric, halves go to the even") {
  const Bytes bytes = bytes_of({127, -127, 0.5f, -0.5f, 1.5f, -1.5f, 0.49f, -0.51f, 0, -0.0f});
  CHECK(bytes.step == 1);
  CHECK(bytes.values == std::vector<std::int8_t>{127, -127, 0, 0, 2, -2, 0, -1, 0, 0});
}

TEST_CASE("nothing, or next to nothing, is zero") {
  for (const float value : {0.0f, -0.0f, 1e-45f, -1e-38f, 1e-31f}) {
    const Bytes bytes = bytes_of(std::vector<float>(20, value));
    CHECK(bytes.step == 0);
    CHECK(bytes.values == std::vector<std::int8_t>(20, 0));
  }
  CHECK(bytes_of({}).step == 0);
}

}  // namespace
}  // namespace vecext::int8_test
