// An array that grows, for types without destructors.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

template <class T>
struct GrowingArray {
  T* at;
  int64 count;
  int64 room;

  /// Makes room for n values in all. Memory comes from `context`, which must be the same in all
  /// calls.
  void reserve(int64 n, MemoryContext context) {
    constexpr int64 kFewest = 64;
    if (n <= room) {
      return;
    }
    const int64 larger = Max(n, Max(room * 2, kFewest));
    const Size bytes = static_cast<Size>(larger) * sizeof(T);
    at = static_cast<T*>(at == nullptr ? MemoryContextAllocHuge(context, bytes)
                                       : repalloc_huge(at, bytes));
    room = larger;
  }

  void push(const T& value, MemoryContext context) {
    reserve(count + 1, context);
    at[count++] = value;
  }
};

}  // namespace vecext::pg
