// Prefetching in batches. Translating the address of a page takes the processor about as long as
// the work on the page, and little else is completed meanwhile; it translates several addresses at
// once if their prefetches follow each other directly.
#pragma once

#include <algorithm>
#include <cstddef>

namespace vecext {

/// Things prefetched at once.
inline constexpr std::size_t kPrefetchBatch = 8;

/// Prefetches things 0 .. n - 1, which are used in their order.
class PrefetchBatches {
 public:
  explicit PrefetchBatches(std::size_t n) : n_(n) {}

  /// Prefetches, by fetch(j), all things up to number i, as far as there are such.
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

/// Things that come one after another from a source. When one is used, the next ones are
/// prefetched.
template <class Thing>
class PrefetchQueue {
 public:
  /// Returns the next thing, which is valid until the next call, or null at the end. pop(&thing)
  /// gets one from the source and returns false at its end; fetch(thing) prefetches it.
  template <class Pop, class Fetch>
  const Thing* next(const Pop& pop, const Fetch& fetch) {
    if (last_ - first_ <= kPrefetchBatch / 2) {
      const std::size_t before = last_;
      while (last_ < before + kPrefetchBatch && pop(&ring_[last_ % kRoom])) {
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
