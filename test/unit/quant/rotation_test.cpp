// The rotation: orthogonal, spreading, the same for a seed.
#include <doctest/doctest.h>

#include <cmath>

#include "core/quant/rotation.h"
#include "quant/samples.h"

namespace vecext::rotation_test {
namespace {

constexpr std::int32_t kDims[] = {16, 20, 24, 60, 64, 96, 100, 112, 128, 784, 1536, 3072, 16000};

std::vector<float> rotated(std::vector<float> x, std::uint64_t seed) {
  rotate({static_cast<std::int32_t>(x.size()), seed}, x.data());
  return x;
}

TEST_CASE("dimensions are filled up to a multiple of four, sixteen at least") {
  CHECK(rotated_dims(1) == 16);
  CHECK(rotated_dims(16) == 16);
  CHECK(rotated_dims(17) == 20);
  CHECK(rotated_dims(100) == 100);
  CHECK(rotated_dims(101) == 104);
  CHECK(rotated_dims(16000) == 16000);
}

TEST_CASE("norms and inner products stay") {
  std::mt19937 random(1);
  for (const std::int32_t dims : kDims) {
    CAPTURE(dims);
    const auto x = normal_values(dims, random);
    const auto y = normal_values(dims, random);
    const auto rx = rotated(x, 5);
    const auto ry = rotated(y, 5);
    const double size = std::sqrt(dot(x, x) * dot(y, y));
    CHECK(std::fabs(dot(rx, rx) - dot(x, x)) < 1e-5 * dot(x, x));
    CHECK(std::fabs(dot(rx, ry) - dot(x, y)) < 1e-5 * size);
  }
}

TEST_CASE("unrotate takes back what rotate did") {
  std::mt19937 random(3);
  for (const std::int32_t dims : kDims) {
    CAPTURE(dims);
    const auto x = normal_values(dims, random);
    const Rotation rotation = {dims, 11};
    std::vector<float> there = x;
    rotate(rotation, there.data());
    CHECK(distance_squared(there, x) > 0.1 * dot(x, x));
    unrotate(rotation, there.data());
    CHECK(distance_squared(there, x) < 1e-12 * dot(x, x));
    std::vector<float> back = x;
    unrotate(rotation, back.data());
    rotate(rotation, back.data());
    CHECK(distance_squared(back, x) < 1e-12 * dot(x, x));
  }
}

TEST_CASE("a single dimension is spread over all, as evenly as a normal vector's") {
  for (const std::int32_t dims : kDims) {
    CAPTURE(dims);
    double evenness = 0;
    for (std::int32_t at = 0; at < 16; ++at) {
      std::vector<float> x(static_cast<std::size_t>(dims), 0);
      x[static_cast<std::size_t>(at * (dims - 1) / 15)] = 1;
      double absolute = 0;
      for (const float value : rotated(x, 9)) {
        absolute += std::fabs(value);
      }
      evenness += absolute / std::sqrt(dims) / 16;
    }
    // sqrt(2 / pi) = 0.798 for many dimensions.
    CHECK(evenness > (dims < 64 ? 0.72 : 0.77));
    CHECK(evenness < (dims < 64 ? 0.90 : 0.83));
  }
}

TEST_CASE("the seed decides") {
  std::mt19937 random(2);
  const auto x = normal_values(100, random);
  CHECK(rotated(x, 3) == rotated(x, 3));
  // Independent rotations: the cosine is about 1 / sqrt(100).
  const auto a = rotated(x, 3);
  const auto b = rotated(x, 4);
  CHECK(std::fabs(dot(a, b)) < 0.5 * dot(x, x));
}

TEST_CASE("a seed means the same rotation for ever, as indexes on disk depend on it") {
  // Computed from the definition, with a matrix for the transform.
  const std::vector<float> ones = rotated(std::vector<float>(16, 1), 1);
  const std::vector<float> want = {-8, 88,  -8, -8, -136, 56, 56, -104,
                                   24, 120, 56, -8, -40,  24, -8, -40};
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(ones[i] * 64 == want[i]);
  }

  std::vector<float> ascending(100);
  for (std::size_t i = 0; i < 100; ++i) {
    ascending[i] = static_cast<float>(i + 1);
  }
  const std::vector<float> mixed = rotated(ascending, 7);
  const std::vector<float> start = {54.499f, -85.8242f, -57.6455f, -111.9922f};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(std::fabs(mixed[i] - start[i]) < 1e-3f);
  }
  CHECK(std::fabs(mixed[50] - 41.9385f) < 1e-3f);
  CHECK(std::fabs(mixed[99] - 16.3027f) < 1e-3f);
}

}  // namespace
}  // namespace vecext::rotation_test
