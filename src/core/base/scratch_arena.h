// Memory for the steps of a loop: the next step takes again what a step took.
#pragma once

#include <algorithm>

#include "core/base/arena.h"

namespace vecext {

class ScratchArena {
 public:
  /// Blocks come from `source`, and live as long as memory of `source` does.
  explicit ScratchArena(Arena source) : source_(source) {}
  ScratchArena(const ScratchArena&) = delete;
  ScratchArena& operator=(const ScratchArena&) = delete;

  /// Memory that is taken from this arena is valid until reset().
  Arena arena() {
    return {[](void* self, std::size_t bytes) {
              return static_cast<ScratchArena*>(self)->allocate(bytes);
            },
            this};
  }

  void reset() {
    block_ = first_;
    used_ = 0;
  }

 private:
  static constexpr std::size_t kAlignment = 64;
  static constexpr std::size_t kFirstBlock = std::size_t{16} << 10;

  struct alignas(kAlignment) Block {
    Block* next;
    std::size_t room;

    std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
  };

  void* allocate(std::size_t bytes) {
    if (bytes > SIZE_MAX / 2) {
      return nullptr;
    }
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    // The rest of a block that has too little room stays unused until reset().
    Block** at = block_ == nullptr ? &first_ : &block_;
    std::size_t used = used_;
    while (*at != nullptr && (*at)->room - used < bytes) {
      at = &(*at)->next;
      used = 0;
    }
    if (*at == nullptr && !add_block(bytes, at)) {
      return nullptr;
    }
    block_ = *at;
    used_ = used + bytes;
    return block_->bytes() + used;
  }

  /// Adds the last block. It is at least as large as all others together, so that there are few.
  bool add_block(std::size_t bytes, Block** at) {
    const std::size_t room = std::max({bytes, room_, kFirstBlock});
    auto* memory = source_.array<std::byte>(sizeof(Block) + room);
    if (memory == nullptr) {
      return false;
    }
    *at = reinterpret_cast<Block*>(memory);
    **at = {nullptr, room};
    room_ += room;
    return true;
  }

  Arena source_;
  Block* first_ = nullptr;
  Block* block_ = nullptr;  // the block that memory is taken from next
  std::size_t used_ = 0;    // bytes of block_ that are taken
  std::size_t room_ = 0;    // bytes of all blocks
};

}  // namespace vecext
