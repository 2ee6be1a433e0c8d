// Weights of sparse vectors as codes of 7 bits, which posting lists have in place of frequencies. A
// code stands for an interval: it says what a weight is at least and at most.
//
// The amount of a weight is counted in steps of the index's range. Below 16 steps a code is their
// number; above, it is a number of five significant bits, rounded down, so that an interval is at
// most a sixteenth of its weight. The interval of the greatest code has no end.
#pragma once

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>

#include "core/page/text_meta_page.h"
#include "core/postings/segment/bm25_score.h"

namespace vecext::sparse {

inline constexpr std::uint32_t kMantissaBits = 4;
inline constexpr std::uint32_t kExactSteps = 1u << kMantissaBits;
inline constexpr std::uint32_t kGreatestCode = 126;
// A posting has room for a frequency less 1.
static_assert(kGreatestCode + 1 == postings::kMostFrequency);

/// Returns the least number of steps that a code stands for.
constexpr std::uint32_t steps_of(std::uint32_t code) {
  if (code < 2 * kExactSteps) {
    return code;
  }
  const std::uint32_t shift = code / kExactSteps - 1;
  return (kExactSteps + code % kExactSteps) << shift;
}

/// Where the interval of the greatest code would end if it were like the others.
inline constexpr std::uint32_t kSteps = steps_of(kGreatestCode + 1);

/// Returns the range whose codes serve weights up to `greatest` > 0.
inline WeightRange range_for(float greatest) {
  return {std::max(std::nextafter(greatest / static_cast<float>(kSteps), FLT_MAX), FLT_TRUE_MIN),
          greatest};
}

/// Returns the code of a weight's amount, which is above 0.
inline std::uint32_t code_of(const WeightRange& range, float amount) {
  const double steps = static_cast<double>(amount) / static_cast<double>(range.step);
  if (steps >= steps_of(kGreatestCode)) {
    return kGreatestCode;
  }
  const auto whole = static_cast<std::uint32_t>(steps);
  if (whole < 2 * kExactSteps) {
    return whole;
  }
  const auto shift = static_cast<std::uint32_t>(std::bit_width(whole)) - 1 - kMantissaBits;
  return kExactSteps * shift + (whole >> shift);
}

/// Return what the amount of a weight with that code is at least, and at most.
inline double least_of(const WeightRange& range, std::uint32_t code) {
  return steps_of(std::min(code, kGreatestCode)) * static_cast<double>(range.step);
}
inline double most_of(const WeightRange& range, std::uint32_t code) {
  const double end = steps_of(std::min(code, kGreatestCode) + 1) * static_cast<double>(range.step);
  return code < kGreatestCode ? end : std::max(end, static_cast<double>(range.greatest));
}

}  // namespace vecext::sparse
