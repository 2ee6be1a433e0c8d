// Asking for memory ahead of its use, several pieces at once. To find out where a page lies takes
// the processor as long as much of what is done with it, and little else goes on meanwhile; it does
// so for several pages at a time if they are asked for one right after the other.
#pragma once

#include <algorithm>
#include <cstddef>

namespace vecext {

/// Things asked for at once.
inline constexpr std::size_t kPrefetchBatch = 8;

/// Things 0 .. n - 1 that are used in their order.
class PrefetchBatches {
 public:
  explicit PrefetchBatches(std::size_t n) : n_(n) {}

  /// Sees to it that thing i, if there is one, was asked for: fetch(j) asks for thing j.
  template <class Fetch>
  void reach(std::size_t i, const Fetch& fetch) {
    while (asked_ <= i && asked_ < n_) {
      for (const std::size_t end = std::min(n_, asked_ + kPrefetchBatch); asked_ < end; ++asked_) {
        fetch(asked_);
      }
    }
  }

 private:
  std::size_t n_;
  std::size_t asked_ = 0;
};

/// Things that come one after the other from somewhere: the next ones were asked for when one is
/// used.
template <class Thing>
class PrefetchQueue {
 public:
  /// The next one, valid until the next call; null: there are no more. take(&thing) says whether
  /// there is another one, fetch(thing) asks for it.
  template <class Take, class Fetch>
  const Thing* next(const Take& take, const Fetch& fetch) {
    if (last_ - first_ <= kPrefetchBatch / 2) {
      const std::size_t before = last_;
      while (last_ < before + kPrefetchBatch && take(&ring_[last_ % kRoom])) {
        ++last_;
      }
      for (std::size_t i = before; i < last_; ++i) {
        fetch(ring_[i % kRoom]);
      }
    }
    return first_ < last_ ? &ring_[first_++ % kRoom] : nullptr;
  }

 private:
  static constexpr std::size_t kRoom = 2 * kPrefetchBatch;

  Thing ring_[kRoom];
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace vecext
