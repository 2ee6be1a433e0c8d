// Puts codes into blocks of 32, and gets them out.
#include "core/quant/codec.h"

namespace vecext {
namespace {

/// Where the nibbles of a lane are: in which of the 16 bytes of a group, and how many bits to
/// shift.
struct Place {
  std::int32_t byte;
  std::int32_t shift;
};

/// Returns the place of a lane. Lanes 0-7 and 8-15 alternate, and lanes 16-31 do likewise in the
/// high nibbles (README.md has the picture).
Place place_of(std::int32_t lane) {
  const std::int32_t low = lane % 16;
  return {low < 8 ? 2 * low : 2 * (low - 8) + 1, lane < 16 ? 0 : 4};
}

using Bytes [[gnu::vector_size(16)]] = std::uint8_t;

/// Transposes the bytes of 16 vectors, in four rounds. Each round puts the bytes of one half of the
/// vectors between the bytes of the other half.
void transpose(Bytes* x) {
  Bytes y[16];
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i) {
      y[2 * i] = __builtin_shufflevector(x[i], x[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                         6, 22, 7, 23);
      y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                             13, 29, 14, 30, 15, 31);
    }
    __builtin_memcpy(x, y, sizeof y);
  }
}

}  // namespace

void put_lane(std::uint8_t* block, std::int32_t groups, std::int32_t lane,
              const std::uint8_t* nibbles) {
  const Place place = place_of(lane);
  const std::int32_t kept = 0xf0 >> place.shift;
  std::uint8_t* byte = block + place.byte;
  for (std::int32_t group = 0; group < groups; ++group, byte += 16) {
    *byte = static_cast<std::uint8_t>((*byte & kept) | nibbles[group] << place.shift);
  }
}

std::int32_t byte_of_lane(std::int32_t lane) {
  return place_of(lane).byte;
}

void make_block(const std::uint8_t* codes, std::size_t stride, std::int32_t groups,
                std::uint8_t* block) {
  constexpr std::int32_t kGroupsAtOnce = 2 * sizeof(Bytes);
  for (std::int32_t first = 0; first < groups; first += kGroupsAtOnce, codes += sizeof(Bytes)) {
    // These are the codes of lanes below 16, and of the other lanes, with lanes in the order that
    // they have in a block.
    Bytes low[16];
    Bytes high[16];
    for (int i = 0; i < 16; ++i) {
      const std::size_t lane = static_cast<std::size_t>(i) / 2 + (i % 2 == 0 ? 0 : 8);
      __builtin_memcpy(&low[i], codes + lane * stride, sizeof(Bytes));
      __builtin_memcpy(&high[i], codes + (lane + 16) * stride, sizeof(Bytes));
    }
    transpose(low);
    transpose(high);
    for (std::int32_t i = 0; i < kGroupsAtOnce && first + i < groups; ++i, block += sizeof(Bytes)) {
      const Bytes a = low[i / 2];
      const Bytes b = high[i / 2];
      const Bytes both = i % 2 == 0 ? (a & 15) | (b << 4) : (a >> 4) | (b & 0xf0);
      __builtin_memcpy(block, &both, sizeof both);
    }
  }
}

void get_lane(const std::uint8_t* block, std::int32_t groups, std::int32_t lane,
              std::uint8_t* nibbles) {
  const Place place = place_of(lane);
  const std::uint8_t* byte = block + place.byte;
  for (std::int32_t group = 0; group < groups; ++group, byte += 16) {
    nibbles[group] = static_cast<std::uint8_t>(*byte >> place.shift & 15);
  }
}

}  // namespace vecext
