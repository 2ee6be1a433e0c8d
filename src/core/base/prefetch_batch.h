// Prefetching in batches. To translate the address of a page takes the processor about as long as
// the work on the page, and little other work is completed meanwhile. If several prefetches follow
// each other directly, it translates their addresses at the same time.
#pragma once

#include <algorithm>
#include <cstddef>

namespace vecext {

/// How many things are prefetched one right after the other.
inline constexpr std::size_t kPrefetchBatch = 8;

/// Prefetches the things 0 .. n - 1, which the caller uses in this order.
class PrefetchBatches {
 public:
  explicit PrefetchBatches(std::size_t n) : n_(n) {}

  /// Makes sure that thing `i` and all things before it are prefetched. fetch(j) prefetches thing
  /// j.
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

/// A queue of things from a source. When one of them is used, the things after it are prefetched.
template <class Thing>
class PrefetchQueue {
 public:
  /// Returns the next thing, or null after the last. It is valid until the next call. pop(&thing)
  /// gets a thing from the source, and returns false at the end of the source. fetch(thing)
  /// prefetches what the caller needs of a thing.
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
