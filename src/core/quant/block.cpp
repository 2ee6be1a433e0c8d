// Codes into and out of blocks of 32.
#include "core/quant/codec.h"

namespace vecext {
namespace {

/// Where a lane's nibbles are: the byte in each group of 16, and the bits to shift by.
struct Place {
  std::int32_t byte;
  std::int32_t shift;
};

/// Lanes 0-7 and 8-15 alternate, 16-31 likewise in the high nibbles (picture in README.md).
Place place_of(std::int32_t lane) {
  const std::int32_t low = lane % 16;
  return {low < 8 ? 2 * low : 2 * (low - 8) + 1, lane < 16 ? 0 : 4};
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

void get_lane(const std::uint8_t* block, std::int32_t groups, std::int32_t lane,
              std::uint8_t* nibbles) {
  const Place place = place_of(lane);
  const std::uint8_t* byte = block + place.byte;
  for (std::int32_t group = 0; group < groups; ++group, byte += 16) {
    nibbles[group] = static_cast<std::uint8_t>(*byte >> place.shift & 15);
  }
}

}  // namespace vecext
