// Lanes of a block of 32 codes.
#include <doctest/doctest.h>

#include "quant/samples.h"

namespace vecext::block_test {
namespace {

std::vector<std::uint8_t> random_nibbles(std::int32_t groups, std::mt19937& random) {
  std::vector<std::uint8_t> nibbles(static_cast<std::size_t>(groups));
  for (std::uint8_t& nibble : nibbles) {
    nibble = static_cast<std::uint8_t>(random() % 16);
  }
  return nibbles;
}

TEST_CASE("lanes come out as they went in, written in any order and again") {
  std::mt19937 random(1);
  for (const std::int32_t groups : {1, 4, 7, 25, 100, 487}) {
    std::vector<std::uint8_t> block(static_cast<std::size_t>(groups) * 16, 0xa5);
    std::vector<std::vector<std::uint8_t>> lanes(32);
    for (int i = 0; i < 200; ++i) {
      const auto lane = static_cast<std::int32_t>(i < 32 ? (i * 7) % 32 : random() % 32);
      auto& nibbles = lanes[static_cast<std::size_t>(lane)];
      nibbles = random_nibbles(groups, random);
      put_lane(block.data(), groups, lane, nibbles.data());
    }
    for (std::int32_t lane = 0; lane < 32; ++lane) {
      CAPTURE(lane);
      std::vector<std::uint8_t> out(static_cast<std::size_t>(groups), 0xff);
      get_lane(block.data(), groups, lane, out.data());
      CHECK(out == lanes[static_cast<std::size_t>(lane)]);
    }
  }
}

TEST_CASE("a block made of codes that lie one after the other is the one made lane by lane") {
  std::mt19937 random(2);
  for (const std::int32_t groups : {1, 4, 7, 28, 31, 32, 33, 100, 487}) {
    CAPTURE(groups);
    const std::size_t stride = (static_cast<std::size_t>(groups) / 2 + 16) / 16 * 16;
    std::vector<std::uint8_t> codes(32 * stride);
    for (std::uint8_t& byte : codes) {
      byte = static_cast<std::uint8_t>(random());
    }
    std::vector<std::uint8_t> want(static_cast<std::size_t>(groups) * 16);
    for (std::int32_t lane = 0; lane < 32; ++lane) {
      std::vector<std::uint8_t> nibbles;
      for (std::int32_t group = 0; group < groups; ++group) {
        const int byte =
            codes[static_cast<std::size_t>(lane) * stride + static_cast<std::size_t>(group) / 2];
        nibbles.push_back(static_cast<std::uint8_t>(group % 2 == 0 ? byte % 16 : byte / 16));
      }
      put_lane(want.data(), groups, lane, nibbles.data());
    }
    std::vector<std::uint8_t> made(want.size() + 1, 0x5a);
    make_block(codes.data(), stride, groups, made.data());
    CHECK(made.back() == 0x5a);
    made.pop_back();
    CHECK(made == want);
  }
}

TEST_CASE("the order of lanes in a group is the one on disk") {
  const std::uint8_t order[16] = {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15};
  for (std::int32_t j = 0; j < 16; ++j) {
    std::vector<std::uint8_t> block(32, 0);
    const std::uint8_t nibbles[2] = {0, 9};
    put_lane(block.data(), 2, order[j], nibbles);
    put_lane(block.data(), 2, order[j] + 16, nibbles);
    std::vector<std::uint8_t> want(32, 0);
    want[static_cast<std::size_t>(16 + j)] = 0x99;
    CHECK(block == want);
  }
}

}  // namespace
}  // namespace vecext::block_test
