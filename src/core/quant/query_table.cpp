// The table of a query. For each group of 4 bits it has the 16 sums that the codes of the group can
// add, as bytes. All bytes have one step, and are relative to the middle of the group's sums, or to
// the least of them (README.md).
#include <algorithm>

#include "core/quant/codec.h"
#include "core/quant/float4.h"
#include "core/quant/grid.h"

namespace vecext {
namespace {

/// The 16 sums of a group: entry 4 h + l is low[l] + high[h].
struct GroupSums {
  Float4 low;
  Float4 high;
};

/// Returns the sums of a group; q is the group's 4, 2 or 1 elements of the query.
template <std::int32_t kBits>
GroupSums group_sums(const float* q) {
  if constexpr (kBits == 1) {
    const Float4 first = {-1, 1, -1, 1};
    const Float4 second = {-1, -1, 1, 1};
    return {first * q[0] + second * q[1], first * q[2] + second * q[3]};
  } else if constexpr (kBits == 2) {
    const Float4 values = {-1.5f, -0.5f, 0.5f, 1.5f};
    return {values * q[0], values * q[1]};
  } else {
    return {Float4{-1.5f, -0.5f, 0.5f, 1.5f} * q[0], Float4{-6, -2, 2, 6} * q[0]};
  }
}

/// Returns the largest of the sums; the smallest is its negative.
template <std::int32_t kBits>
float largest_sum(const float* q) {
  float length = 0;
  for (std::int32_t i = 0; i < Grid<kBits>::kDims; ++i) {
    length += __builtin_fabsf(q[i]);
  }
  return Grid<kBits>::kLargest * length;
}

/// Writes the whole parts of the 16 numbers sum(0) .. sum(3), four each.
template <class Sum>
void put_entries(std::uint8_t* entries, const Sum& sum) {
  std::int32_t whole[16];
  for (std::int32_t h = 0; h < 4; ++h) {
    const Int4 part = __builtin_convertvector(sum(h), Int4);
    std::memcpy(whole + 4 * h, &part, sizeof part);
  }
  for (std::int32_t i = 0; i < 16; ++i) {
    entries[i] = static_cast<std::uint8_t>(whole[i]);
  }
}

/// Fills the table for the grid of kBits bits. Opposite codes have opposite rounding errors, so
/// that the errors do not add up to a bias.
template <std::int32_t kBits>
void fill_by_grid(const float* q, std::int32_t groups, QueryTable* query) {
  constexpr std::int32_t kDims = Grid<kBits>::kDims;
  constexpr float kHalfRange = 127;
  float widest = 0;
  for (std::int32_t g = 0; g < groups; ++g) {
    widest = std::max(widest, largest_sum<kBits>(q + g * kDims));
  }
  const float steps = widest > 0 ? kHalfRange / widest : 0;
  float middles = 0;
  for (std::int32_t g = 0; g < groups; ++g) {
    const float* part = q + g * kDims;
    const float half_range = std::min(kHalfRange, largest_sum<kBits>(part) * steps);  // also if it
                                                                                      // is NaN
    const auto middle = static_cast<float>(static_cast<std::int32_t>(half_range + 0.5f));
    const GroupSums sums = group_sums<kBits>(part);
    put_entries(query->table + 16 * g, [&](std::int32_t h) {
      return (sums.low + sums.high[h]) * steps + (middle + 0.5f);
    });
    middles += middle;
  }
  query->step = widest / kHalfRange;
  query->offset = -middles * query->step;
}

}  // namespace

void prepare_query(const Codec& codec, const float* q, QueryTable* query) {
  with_grid(codec.bits, [&]<std::int32_t kBits>(Grid<kBits>) {
    fill_by_grid<kBits>(q, codec.groups(), query);
  });
}

}  // namespace vecext
