// Codes of the weights of sparse vectors. A code has 7 bits, and stands in a posting in place of a
// frequency. It stands for an interval: a weight with the code is at least its lower end and at
// most its upper end.
//
// The amount of a weight is counted in steps, whose size the range of the index says. A number of
// steps that has more than five bits is rounded down to five significant bits, so that an interval
// is at most a sixteenth as long as a weight in it. The interval of the greatest code has no upper
// end.
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
// A posting has room for a frequency less 1, so its greatest extra is kMostFrequency - 1.
static_assert(kGreatestCode + 1 == postings::kMostFrequency);

/// Returns the least number of steps that a code stands for.
constexpr std::uint32_t steps_of(std::uint32_t code) {
  if (code < 2 * kExactSteps) {
    return code;
  }
  const std::uint32_t shift = code / kExactSteps - 1;
  return (kExactSteps + code % kExactSteps) << shift;
}

/// The number of steps at which the interval of the greatest code would end if it were like the
/// other intervals.
inline constexpr std::uint32_t kSteps = steps_of(kGreatestCode + 1);

/// Returns the smallest range in which weights up to `greatest` > 0 have intervals with two ends.
inline WeightRange range_for(float greatest) {
  return {std::max(std::nextafter(greatest / static_cast<float>(kSteps), FLT_MAX), FLT_TRUE_MIN),
          greatest};
}

/// Returns the code of the amount of a weight. `amount` must be above 0.
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

/// Return the least and the greatest amount that a weight with that code may have.
inline double least_of(const WeightRange& range, std::uint32_t code) {
  return steps_of(std::min(code, kGreatestCode)) * static_cast<double>(range.step);
}
inline double most_of(const WeightRange& range, std::uint32_t code) {
  const double end = steps_of(std::min(code, kGreatestCode) + 1) * static_cast<double>(range.step);
  return code < kGreatestCode ? end : std::max(end, static_cast<double>(range.greatest));
}

}  // namespace vecext::sparse
