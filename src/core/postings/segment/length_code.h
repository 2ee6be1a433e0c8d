// The length of a document as a code of one byte, as Lucene makes it (SmallFloat.intToByte4).
// Lengths up to 39 have exact codes. Greater lengths are 24 plus a number that is rounded down to
// four significant bits, so that two neighboring codes differ by at most an eighth of the length. A
// score is always computed from the code, even if the exact length is known, so that equal
// documents have equal scores.
#pragma once

#include <bit>
#include <cstdint>

namespace vecext::postings {

inline constexpr std::uint32_t kExactLengths = 24;

/// Returns the code of a length. All lengths from 2^31 + 24 on have the greatest code.
constexpr std::uint8_t length_code(std::uint32_t length) {
  if (length < kExactLengths) {
    return static_cast<std::uint8_t>(length);
  }
  const std::uint32_t rest = length - kExactLengths;
  if (rest < 8) {
    return static_cast<std::uint8_t>(length);
  }
  if (rest >= 0x80000000u) {
    return 255;
  }
  const auto shift = static_cast<std::uint32_t>(std::bit_width(rest)) - 4;
  return static_cast<std::uint8_t>(kExactLengths + 8 * shift + (rest >> shift));
}

constexpr std::uint32_t decoded_length(std::uint8_t code) {
  const std::uint32_t rest = code < kExactLengths ? 0 : code - kExactLengths;
  if (rest < 16) {
    return code;
  }
  const std::uint32_t shift = rest / 8 - 1;
  return kExactLengths + ((8 + rest % 8) << shift);
}

}  // namespace vecext::postings
