// How much memory something takes from its arena, found out by having it take from none.
#pragma once

#include <cstddef>

#include "core/base/arena.h"

namespace vecext {

/// Bytes that take(arena), which must write nothing, takes from an arena.
template <class TakeMemory>
std::size_t bytes_taken(const TakeMemory& take) {
  std::size_t total = 0;
  take(Arena(
      [](void* source, std::size_t bytes) {
        *static_cast<std::size_t*>(source) += bytes;
        return source;  // any address will do
      },
      &total));
  return total;
}

}  // namespace vecext
