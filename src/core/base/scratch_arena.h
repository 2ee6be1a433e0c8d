// An arena for the steps of a loop: each step uses the memory of the step before again.
#pragma once

#include <algorithm>

#include "core/base/arena.h"

namespace vecext {

class ScratchArena {
 public:
  /// The arena takes its memory from `source` in blocks, which live as long as the memory of
  /// `source`.
  explicit ScratchArena(Arena source) : source_(source) {}
  ScratchArena(const ScratchArena&) = delete;
  ScratchArena& operator=(const ScratchArena&) = delete;

  /// Returns an arena. Memory that is taken from it is valid until the next reset().
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

  /// Adds a block at the end of the list of blocks. It is at least as large as all other blocks
  /// together, so that there are few blocks.
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
