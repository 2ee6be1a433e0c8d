#include "core/result/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vecext {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::int64_t kFewest = 1024;

}  // namespace

bool UpperBounds::reset(std::int32_t k, Arena arena) {
  limit_ = kInfinity;
  return smallest_.reset(k, arena);
}

void UpperBounds::push(float upper, float estimate) {
  if (!smallest_.push({upper, estimate})) {
    return;
  }
  ++changes_;
  if (smallest_.full()) {
    limit_ = smallest_.largest().upper;
  }
}

float UpperBounds::largest_estimate() const {
  // An estimate that is NaN belongs to a row without bounds. std::max skips it.
  float largest = -kInfinity;
  for (const Upper& upper : smallest_) {
    largest = std::max(largest, upper.estimate);
  }
  return largest;
}

float upper_float(double upper) {
  return std::isnan(upper) ? kInfinity : std::nextafter(static_cast<float>(upper), kInfinity);
}

bool Candidates::reset(std::int32_t k) {
  count_ = 0;
  return uppers_.reset(k, arena_);
}

Candidate* Candidates::drop_far_rows() {
  Candidate* end = std::remove_if(rows_, rows_ + count_,
                                  [this](const Candidate& c) { return c.bound > limit(); });
  count_ = end - rows_;
  return end;
}

bool Candidates::add(double bound, double upper, RowId row) {
  if (count_ == capacity_) {
    // Rows that are too far are dropped first. More memory is taken only if that does not make
    // enough room.
    drop_far_rows();
    if (count_ > capacity_ / 2 || capacity_ == 0) {
      if (!reserve(arena_, count_, capacity_ + 1, kFewest, &capacity_, &rows_)) {
        return false;
      }
    }
  }
  // If a bound is NaN, as beyond the range of floats, nothing is known of the row: it may be
  // anywhere.
  const bool known = !std::isnan(bound) && !std::isnan(upper);
  rows_[count_++] = {known ? bound : -kInfinity, known ? upper : kInfinity, row};
  uppers_.push(known ? upper_float(upper) : kInfinity, static_cast<float>((bound + upper) / 2));
  return true;
}

std::int64_t Candidates::count() {
  drop_far_rows();
  return count_;
}

Candidate* Candidates::sorted(std::int64_t* count) {
  Candidate* end = drop_far_rows();
  std::sort(rows_, end, [](const Candidate& x, const Candidate& y) {
    return x.bound != y.bound ? x.bound < y.bound : x.row.packed() < y.row.packed();
  });
  *count = count_;
  return rows_;
}

}  // namespace vecext
