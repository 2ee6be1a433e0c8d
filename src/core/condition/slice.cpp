#include "core/condition/slice.h"

#include <array>
#include <bit>
#include <cstddef>

namespace vecext {

namespace {

/// SipHash of Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012).
struct SipState {
  std::uint64_t v0 = 0x736f6d6570736575;
  std::uint64_t v1 = 0x646f72616e646f6d;
  std::uint64_t v2 = 0x6c7967656e657261;
  std::uint64_t v3 = 0x7465646279746573;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void add(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  std::uint64_t finish() {
    v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) {
      round();
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

constexpr std::size_t kWord = 8;  // bytes

/// Returns up to eight bytes as a number, the lowest byte first.
std::uint64_t word_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return word;
}

}  // namespace

std::uint64_t slice_hash(std::span<const std::uint8_t> id) {
  SipState state;
  const std::uint64_t length = id.size();
  for (; id.size() >= kWord; id = id.subspan(kWord)) {
    state.add(word_of(id.first(kWord)));
  }
  state.add(length << 56 | word_of(id));
  return state.finish();
}

std::uint64_t slice_hash(std::uint64_t id) {
  std::array<std::uint8_t, kWord> bytes;
  for (std::size_t i = 0; i < kWord; ++i) {
    bytes[i] = static_cast<std::uint8_t>(id >> (8 * i));
  }
  return slice_hash(bytes);
}

}  // namespace vecext
