// Measures how much memory a function takes from its arena, by an arena that has no memory.
#pragma once

#include <cstddef>

#include "core/base/arena.h"

namespace vecext {

/// Returns how many bytes reserve(arena) takes from an arena, each allocation rounded up to a
/// multiple of kAlignment. reserve() must write nothing.
template <std::size_t kAlignment = 1, class Reserve>
std::size_t bytes_taken(const Reserve& reserve) {
  std::size_t total = 0;
  reserve(Arena(
      [](void* source, std::size_t bytes) {
        *static_cast<std::size_t*>(source) += (bytes + kAlignment - 1) / kAlignment * kAlignment;
        return source;  // any address will do
      },
      &total));
  return total;
}

}  // namespace vecext
