// Sorting that a user can cancel, since the arrays may be long. It is for types without
// destructors.
#pragma once

#include <algorithm>
#include <functional>

#include "pg/sys/memory.h"
#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

/// Returns a comparison that gives the result of `less` and also processes interrupts.
template <class Less>
auto interruptible(Less less) {
  return [less](const auto& a, const auto& b) {
    CHECK_FOR_INTERRUPTS();
    return less(a, b);
  };
}

template <class T, class Less = std::less<>>
void interruptible_sort(T* at, int64 count, Less less = {}) {
  std::sort(at, at + count, interruptible(less));
}

/// Sorts an array and keeps the order of equal values. While it runs, it takes as much memory from
/// the current memory context as the array has.
template <class T, class Less>
void interruptible_stable_sort(T* at, int64 count, Less less) {
  auto* scratch = huge_array<T>(count + 1);
  T* from = at;
  T* to = scratch;
  for (int64 width = 1; width < count; width *= 2) {
    for (int64 i = 0; i < count; i += 2 * width) {
      T* middle = from + Min(i + width, count);
      T* end = from + Min(i + 2 * width, count);
      std::merge(from + i, middle, middle, end, to + i, interruptible(less));
    }
    std::swap(from, to);
  }
  if (from != at) {
    std::copy(from, from + count, at);
  }
  pfree(scratch);
}

}  // namespace vecext::pg
