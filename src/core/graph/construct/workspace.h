// Memory that the steps of a construction use one after another.
#pragma once

#include <cstddef>

#include "core/base/arena.h"
#include "core/base/bytes_taken.h"

namespace vecext::graph {

inline constexpr std::size_t kAlignment = 64;

inline std::size_t aligned(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// How many bytes alignment may add to the memory of a training. kmeans_memory() does not include
/// them.
inline constexpr std::size_t kTrainingSlack = 32 * kAlignment;

/// A block whose parts are handed out one by one, and taken back all at once.
class Workspace {
 public:
  Workspace() = default;
  Workspace(std::byte* block, std::size_t bytes) : block_(block), size_(bytes) {}

  /// Takes a block of `bytes` bytes. Returns false if memory runs out.
  bool reserve(Arena arena, std::size_t bytes) {
    block_ = arena.array<std::byte>(bytes);
    size_ = bytes;
    used_ = 0;
    return block_ != nullptr;
  }

  /// Returns an arena that hands out parts of the block, and returns null once the block is used
  /// up.
  Arena arena() { return {give, this}; }

  /// Takes all parts back.
  void clear() { used_ = 0; }

  /// Returns the rest of the block as a workspace of its own.
  Workspace rest() const { return {block_ + used_, size_ - used_}; }

  /// Returns the block from `part` to its end as a workspace. `part` was handed out before.
  Workspace from(const void* part) const {
    auto* begin = static_cast<std::byte*>(const_cast<void*>(part));
    return {begin, static_cast<std::size_t>(block_ + size_ - begin)};
  }

  std::size_t size() const { return size_; }

 private:
  static void* give(void* source, std::size_t bytes) {
    auto* self = static_cast<Workspace*>(source);
    if (bytes > self->size_ - self->used_) {
      return nullptr;
    }
    std::byte* part = self->block_ + self->used_;
    self->used_ =
        self->used_ + aligned(bytes) < self->size_ ? self->used_ + aligned(bytes) : self->size_;
    return part;
  }

  std::byte* block_ = nullptr;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
};

/// Returns how many bytes of a Workspace reserve(arena) takes. reserve() must write nothing.
template <class Reserve>
std::size_t bytes_taken(const Reserve& reserve) {
  return vecext::bytes_taken<kAlignment>(reserve);
}

}  // namespace vecext::graph
