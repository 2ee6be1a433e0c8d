// Memory for tests: counted, and refused from a given request on.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <vector>

#include "core/base/arena.h"
#include "core/base/status.h"

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

  Arena arena() { return {allocate, this}; }
  std::size_t bytes() const { return bytes_; }

 private:
  static void* allocate(void* source, std::size_t bytes) {
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

/// Calls run(arena), a Status, with memory that refuses every request, then all but the first, and
/// so on, until it succeeds; before that each is out of memory. How many requests that took.
template <class Run>
std::size_t refuse_each_request(const Run& run) {
  for (std::size_t refused = 0;; ++refused) {
    CountedArena memory(refused);
    const Status status = run(memory.arena());
    if (status.ok()) {
      return refused;
    }
    REQUIRE(status.code == StatusCode::kOutOfMemory);
  }
}

}  // namespace vecext::test
