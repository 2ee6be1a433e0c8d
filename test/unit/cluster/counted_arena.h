// Memory for tests of the room: counted, and refused from a given request on.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <vector>

#include "core/base/arena.h"

namespace vecext::test {

class CountedArena {
 public:
  /// The request of that number, counted from 0, and all later ones get null.
  explicit CountedArena(std::size_t refused = SIZE_MAX) : refused_(refused) {}
  CountedArena(const CountedArena&) = delete;
  CountedArena& operator=(const CountedArena&) = delete;
  ~CountedArena() {
    for (void* block : blocks_) {
      std::free(block);
    }
  }

  Arena arena() { return {take, this}; }
  std::size_t bytes() const { return bytes_; }

 private:
  static void* take(void* source, std::size_t bytes) {
    auto* self = static_cast<CountedArena*>(source);
    if (self->requests_++ >= self->refused_) {
      return nullptr;
    }
    self->bytes_ += bytes;
    // Exactly as long as asked for, so that a sanitizer sees what goes beyond.
    void* block = nullptr;
    if (posix_memalign(&block, 64, bytes) != 0) {
      return nullptr;
    }
    self->blocks_.push_back(block);
    return block;
  }

  std::size_t refused_;
  std::size_t bytes_ = 0;
  std::size_t requests_ = 0;
  std::vector<void*> blocks_;
};

}  // namespace vecext::test
