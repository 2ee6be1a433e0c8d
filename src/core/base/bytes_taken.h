// Measures how much memory a function takes from an arena. The arena that it measures with has no
// memory.
#pragma once

#include <cstddef>

#include "core/base/arena.h"

namespace vecext {

/// Returns how many bytes reserve(arena) takes from its arena. Each allocation is rounded up to a
/// multiple of kAlignment. reserve() must not write to the memory.
template <std::size_t kAlignment = 1, class Reserve>
std::size_t bytes_taken(const Reserve& reserve) {
  std::size_t total = 0;
  reserve(Arena(
      [](void* source, std::size_t bytes) {
        *static_cast<std::size_t*>(source) += (bytes + kAlignment - 1) / kAlignment * kAlignment;
        return source;  // reserve() does not write to it, so any address will do
      },
      &total));
  return total;
}

}  // namespace vecext
