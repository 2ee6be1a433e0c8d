// An array that grows, for types without destructors.
#pragma once

#include <span>

#include "pg/sys/memory.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

template <class T>
struct GrowingArray {
  T* at;
  int64 count;
  int64 room;

  /// Makes room for `n` values in all. Memory comes from `context`, which must be the same in all
  /// calls for an array.
  void reserve(int64 n, MemoryContext context) {
    constexpr int64 kFewest = 64;
    if (n <= room) {
      return;
    }
    const int64 larger = Max(n, Max(room * 2, kFewest));
    at = resized(at, larger, context);
    room = larger;
  }

  void push(const T& value, MemoryContext context) {
    reserve(count + 1, context);
    at[count++] = value;
  }

  T* begin() const { return at; }
  T* end() const { return at + count; }
  T& operator[](int64 i) const { return at[i]; }
  std::span<T> span() const { return {at, static_cast<Size>(count)}; }
};

}  // namespace vecext::pg
