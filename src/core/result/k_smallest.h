// The k smallest of the values pushed so far.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/arena.h"

namespace vecext {

/// A heap of a trivial type, ordered by operator<, with the largest value on top.
template <class T>
class KSmallest {
 public:
  /// Removes all values, and begins with `k` >= 1. It uses its memory again if that is large
  /// enough. Returns false if memory runs out.
  bool reset(std::int32_t k, Arena arena) {
    if (capacity_ < k) {
      heap_ = arena.array<T>(static_cast<std::size_t>(k));
      if (heap_ == nullptr) {
        return false;
      }
      capacity_ = k;
    }
    k_ = k;
    count_ = 0;
    return true;
  }

  /// Adds a value if it is among the k smallest. Returns false if it is not, or if it equals the
  /// largest of k values.
  bool push(const T& value) {
    if (count_ < k_) {
      heap_[count_++] = value;
    } else if (value < heap_[0]) {
      std::pop_heap(heap_, heap_ + k_);
      heap_[k_ - 1] = value;
    } else {
      return false;
    }
    std::push_heap(heap_, heap_ + count_);
    return true;
  }

  std::int32_t count() const { return count_; }
  bool full() const { return count_ == k_; }

  /// count() must not be 0.
  const T& largest() const { return heap_[0]; }

  /// The values, in no particular order.
  T* begin() { return heap_; }
  T* end() { return heap_ + count_; }
  const T* begin() const { return heap_; }
  const T* end() const { return heap_ + count_; }

 private:
  T* heap_ = nullptr;
  std::int32_t capacity_ = 0;
  std::int32_t k_ = 0;
  std::int32_t count_ = 0;
};

}  // namespace vecext
