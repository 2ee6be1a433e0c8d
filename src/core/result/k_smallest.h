// The k smallest of the values pushed so far.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/arena.h"

namespace vecext {

/// By operator<, of a trivial type: a heap with the largest of them on top.
template <class T>
class KSmallest {
 public:
  /// Starts again (k >= 1), in the memory it has where that is enough. False: out of memory.
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

  /// False: not among the k smallest, or equal to the largest of them.
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

  /// Where count() > 0.
  const T& largest() const { return heap_[0]; }

  /// In no order.
  const T* begin() const { return heap_; }
  const T* end() const { return heap_ + count_; }

 private:
  T* heap_ = nullptr;
  std::int32_t capacity_ = 0;
  std::int32_t k_ = 0;
  std::int32_t count_ = 0;
};

}  // namespace vecext
