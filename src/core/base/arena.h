// Memory for core from its caller: a memory context in the server, malloc in tests.
//
// Core never frees single allocations: memory lives until the owner of the arena frees it as a
// whole. A source that has no memory left raises or returns null, as its owner prefers; core passes
// null on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext {

class Arena {
 public:
  /// `take` returns `bytes` bytes aligned to 64, or null.
  using Take = void* (*)(void* source, std::size_t bytes);

  Arena(Take take, void* source) : take_(take), source_(source) {}

  /// Returns room for `n` elements of a trivial type, not initialized; or null if there is no
  /// memory, or if n elements are too many to address.
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

/// Makes room for `needed` elements of an array that has `used` of them: at least twice the present
/// room, and at least `fewest`. Returns false if memory runs out.
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
