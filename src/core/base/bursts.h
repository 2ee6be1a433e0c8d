// Asking for memory ahead of its use, several pieces at once. To find out where a page lies takes
// the processor as long as much of what is done with it, and little else goes on meanwhile; it does
// so for several pages at a time if they are asked for one right after the other.
#pragma once

#include <algorithm>
#include <cstddef>

namespace vecext {

/// Things 0 .. n - 1 that are used in their order.
class Bursts {
 public:
  /// Asked for at once.
  static constexpr std::size_t kBurst = 8;

  explicit Bursts(std::size_t n) : n_(n) {}

  /// Sees to it that thing i, if there is one, was asked for: fetch(j) asks for thing j.
  template <class Fetch>
  void reach(std::size_t i, const Fetch& fetch) {
    while (asked_ <= i && asked_ < n_) {
      for (const std::size_t end = std::min(n_, asked_ + kBurst); asked_ < end; ++asked_) {
        fetch(asked_);
      }
    }
  }

 private:
  std::size_t n_;
  std::size_t asked_ = 0;
};

}  // namespace vecext
