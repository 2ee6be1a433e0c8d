// Memory for core from its caller: a memory context in the server, malloc in tests.
//
// Core never frees single allocations: memory lives until the owner of the arena frees all of it.
// If memory runs out, a source either raises an error or returns null, as its owner
// prefers. Core passes null on to its callers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext {

class Arena {
 public:
  /// Returns `bytes` bytes aligned to 64, or null if memory runs out.
  using Take = void* (*)(void* source, std::size_t bytes);

  Arena(Take take, void* source) : take_(take), source_(source) {}

  /// Returns room for `n` elements of a trivial type, which is not initialized. Returns null if
  /// memory runs out, or if the bytes of `n` elements do not fit into a size_t.
  template <class T>
  T* array(std::size_t n) const {
    if (n > SIZE_MAX / sizeof(T)) {
      return nullptr;
    }
    return static_cast<T*>(take_(source_, n * sizeof(T)));
  }

 private:
  Take take_;
  void* source_;
};

/// Makes sure that an array whose first `used` elements are in use has room for `needed` elements.
/// A new array is at least twice as large as the present one, and has at least `fewest` elements.
/// Returns false if memory runs out.
template <class T, class N>
bool reserve(const Arena& arena, N used, N needed, N fewest, N* room, T** array) {
  if (needed <= *room) {
    return true;
  }
  const N doubled = 2 * *room < fewest ? fewest : 2 * *room;
  const N larger = doubled < needed ? needed : doubled;
  T* moved = arena.array<T>(static_cast<std::size_t>(larger));
  if (moved == nullptr) {
    return false;
  }
  if (used > 0) {
    __builtin_memcpy(static_cast<void*>(moved), *array, static_cast<std::size_t>(used) * sizeof(T));
  }
  *array = moved;
  *room = larger;
  return true;
}

}  // namespace vecext
