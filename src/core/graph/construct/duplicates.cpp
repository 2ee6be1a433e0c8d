// Finds equal rows by a hash table.
#include "core/graph/construct/duplicates.h"

#include <algorithm>
#include <bit>

namespace vecext::graph {
namespace {

/// How many slots ahead are prefetched.
constexpr std::size_t kAhead = 16;

bool are_equal(const float* a, const float* b, std::size_t dims, const RowRounding& rounding) {
  return std::equal(a, a + dims, b,
                    [&rounding](float x, float y) { return rounding(x) == rounding(y); });
}

}  // namespace

/// The hash has four lanes so that products do not wait for each other.
std::uint32_t hash_of_row(const float* row, std::size_t dims, const RowRounding& rounding) {
  std::uint64_t lanes[4] = {1, 2, 3, 4};
  for (std::size_t d = 0; d < dims; ++d) {
    lanes[d % 4] =
        (lanes[d % 4] ^ std::bit_cast<std::uint32_t>(rounding(row[d]))) * 0x9E3779B97F4A7C15u;
  }
  std::uint64_t h = 0;
  for (std::uint64_t lane : lanes) {
    h = (h ^ lane ^ (lane >> 29)) * 0xBF58476D1CE4E5B9u;
  }
  return static_cast<std::uint32_t>(h >> 32);
}

bool Duplicates::reserve(Arena arena, std::size_t n) {
  slot_count_ = std::bit_ceil(n + n / 2 + 1);
  hash_ = arena.array<std::uint32_t>(n);
  slots_ = arena.array<std::uint32_t>(slot_count_);
  return hash_ != nullptr && slots_ != nullptr;
}

Status Duplicates::find(const float* x, std::size_t n, std::int32_t dims, bool of_directions,
                        const ParallelOptions& parallel, std::uint32_t* first,
                        std::uint32_t* distinct, std::uint32_t* count) {
  const auto width = static_cast<std::size_t>(dims);
  const RowRounding rounding(of_directions, width);
  VECEXT_TRY(for_each_stretch(parallel, n, width * 2,
                              [&](std::size_t begin, std::size_t end, std::int32_t) {
                                for (std::size_t i = begin; i < end; ++i) {
                                  hash_[i] = hash_of_row(x + i * width, width, rounding);
                                }
                              }));

  std::fill_n(slots_, slot_count_, kNoNode);
  *count = 0;
  return for_each_in_turn(parallel, n, [&](std::size_t i) {
    if (i + kAhead < n) {
      __builtin_prefetch(slots_ + (hash_[i + kAhead] & (slot_count_ - 1)));
    }
    std::size_t at = hash_[i] & (slot_count_ - 1);
    const float* row = x + i * width;
    while (slots_[at] != kNoNode && (hash_[slots_[at]] != hash_[i] ||
                                     !are_equal(row, x + slots_[at] * width, width, rounding))) {
      at = (at + 1) & (slot_count_ - 1);
    }
    if (slots_[at] == kNoNode) {
      slots_[at] = static_cast<std::uint32_t>(i);
      distinct[(*count)++] = static_cast<std::uint32_t>(i);
    }
    first[i] = slots_[at];
  });
}

}  // namespace vecext::graph
