// How much memory a function takes from its arena, measured by an arena that has none.
#pragma once

#include <cstddef>

#include "core/base/arena.h"

namespace vecext {

/// Bytes that take(arena), which must write nothing, takes from an arena, each allocation rounded
/// up to a multiple of kAlignment.
template <std::size_t kAlignment = 1, class TakeMemory>
std::size_t bytes_taken(const TakeMemory& take) {
  std::size_t total = 0;
  take(Arena(
      [](void* source, std::size_t bytes) {
        *static_cast<std::size_t*>(source) += (bytes + kAlignment - 1) / kAlignment * kAlignment;
        return source;  // any address will do
      },
      &total));
  return total;
}

}  // namespace vecext
