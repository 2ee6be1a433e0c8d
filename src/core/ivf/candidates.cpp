#include "core/ivf/candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vecext {

bool Candidates::reset(std::int32_t k) {
  if (uppers_capacity_ < k) {
    uppers_ = arena_.array<float>(static_cast<std::size_t>(k));
    if (uppers_ == nullptr) {
      return false;
    }
    uppers_capacity_ = k;
  }
  k_ = k;
  in_heap_ = 0;
  count_ = 0;
  limit_ = std::numeric_limits<float>::infinity();
  return true;
}

bool Candidates::add(double bound, double upper, RowId row) {
  if (count_ == capacity_) {
    // Rows that the limit has left behind make room before memory is taken.
    Candidate* end = std::remove_if(rows_, rows_ + count_,
                                    [this](const Candidate& c) { return c.bound > limit_; });
    count_ = end - rows_;
    if (count_ > capacity_ / 2 || capacity_ == 0) {
      const std::int64_t larger = capacity_ == 0 ? 1024 : capacity_ * 2;
      auto* rows = arena_.array<Candidate>(static_cast<std::size_t>(larger));
      if (rows == nullptr) {
        return false;
      }
      std::copy(rows_, rows_ + count_, rows);
      rows_ = rows;
      capacity_ = larger;
    }
  }
  rows_[count_++] = {bound, row};
  if (std::isnan(upper)) {
    upper = std::numeric_limits<double>::infinity();
  }
  // Rounded up, so that a row equal to the k-th stays within the limit.
  push_upper(std::nextafter(static_cast<float>(upper), std::numeric_limits<float>::infinity()));
  return true;
}

void Candidates::push_upper(float upper) {
  if (in_heap_ < k_) {
    uppers_[in_heap_++] = upper;
    std::push_heap(uppers_, uppers_ + in_heap_);
  } else if (upper < uppers_[0]) {
    std::pop_heap(uppers_, uppers_ + k_);
    uppers_[k_ - 1] = upper;
    std::push_heap(uppers_, uppers_ + k_);
  } else {
    return;
  }
  ++changes_;
  if (in_heap_ == k_) {
    limit_ = uppers_[0];
  }
}

Candidate* Candidates::sorted(std::int64_t* count) {
  Candidate* end = std::remove_if(rows_, rows_ + count_,
                                  [this](const Candidate& c) { return c.bound > limit_; });
  count_ = end - rows_;
  std::sort(rows_, end, [](const Candidate& x, const Candidate& y) {
    return x.bound != y.bound ? x.bound < y.bound : x.row.packed() < y.row.packed();
  });
  *count = count_;
  return rows_;
}

}  // namespace vecext
