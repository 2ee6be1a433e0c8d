// Memory for core, from whoever runs it: a memory context in the server, malloc in tests.
//
// Core frees nothing piece by piece: what it takes lives as long as the arena's owner says. A
// source that has no memory left raises or returns null, as its owner prefers; core passes null on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vecext {

class Arena {
 public:
  /// `take` returns `bytes` bytes aligned to 64, or null.
  using Take = void* (*)(void* source, std::size_t bytes);

  Arena(Take take, void* source) : take_(take), source_(source) {}

  /// Room for `n` elements of a trivial type, not initialised; null where there is none or n
  /// elements are too many to address.
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

}  // namespace vecext
