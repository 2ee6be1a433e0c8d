// Puts rows of a matrix into another order, in place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace vecext::cluster {

/// Moves row from[i] of x to row i, for n rows of `dims` floats. `from` has every number below n
/// once, and is in ascending order afterwards. `room` has room for one row.
inline void move_rows(float* x, std::size_t n, std::size_t dims, std::uint32_t* from, float* room) {
  constexpr std::size_t kLine = 64 / sizeof(float);
  const auto row = [&](std::size_t i) { return x + i * dims; };
  for (std::size_t first = 0; first < n; ++first) {
    if (from[first] == first) {
      continue;
    }
    // This is a cycle: each row moves to the place that the row moved before it has left.
    std::copy_n(row(first), dims, room);
    std::size_t to = first;
    for (std::size_t next = from[to]; next != first; next = from[to]) {
      for (std::size_t d = 0; d < dims; d += kLine) {
        __builtin_prefetch(row(from[next]) + d);
      }
      std::copy_n(row(next), dims, row(to));
      from[to] = static_cast<std::uint32_t>(to);
      to = next;
    }
    std::copy_n(room, dims, row(to));
    from[to] = static_cast<std::uint32_t>(to);
  }
}

}  // namespace vecext::cluster
