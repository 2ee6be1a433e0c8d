// What fuzzers of pages make of an input: numbers, damage of bytes; and memory of exact sizes.
#pragma once

#include <algorithm>
#include <vector>

#include "core/base/arena.h"
#include "core/page/page.h"
#include "fuzz.h"

namespace vecext::fuzz {

/// Reads an input byte by byte; zeros after its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  bool is_end() const { return at_ == end_; }
  std::uint32_t byte() { return at_ == end_ ? 0 : *at_++; }
  std::uint32_t two() { return byte() | byte() << 8; }
  std::uint32_t four() { return two() | two() << 16; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

/// Memory of exact sizes, freed with the object. There is less of it than a damaged number may ask
/// for.
class ExactMemory {
 public:
  ExactMemory() = default;
  ExactMemory(const ExactMemory&) = delete;
  ExactMemory& operator=(const ExactMemory&) = delete;
  ~ExactMemory() {
    for (void* block : blocks_) {
      std::free(block);
    }
  }
  operator Arena() { return {take, this}; }

 private:
  static constexpr std::size_t kMost = std::size_t{16} << 20;

  static void* take(void* source, std::size_t bytes) {
    auto* self = static_cast<ExactMemory*>(source);
    void* block = nullptr;
    if (bytes > self->left_ || posix_memalign(&block, 64, bytes) != 0) {
      return nullptr;
    }
    self->left_ -= bytes;
    self->blocks_.push_back(block);
    return block;
  }

  std::size_t left_ = kMost;
  std::vector<void*> blocks_;
};

/// Changes bytes of `size` at `bytes`: at most `most` times a bit, or a number of one, two or four
/// bytes.
inline void change_bytes(Input* input, std::byte* bytes, std::size_t size, std::uint32_t most) {
  for (std::uint32_t i = 0; i < most && !input->is_end(); ++i) {
    const std::uint32_t kind = input->byte();
    const std::size_t at = input->two() % size;
    const std::size_t left = size - at;
    std::uint32_t value = 0;
    switch (kind % 4) {
      case 0:
        bytes[at] ^= static_cast<std::byte>(1u << (kind / 4 % 8));
        break;
      case 1:
        bytes[at] = static_cast<std::byte>(input->byte());
        break;
      case 2:
        value = input->two();
        std::memcpy(bytes + at, &value, std::min(left, std::size_t{2}));
        break;
      default:
        value = kind < 128 ? input->four() : 0xFFFFFFFFu;
        std::memcpy(bytes + at, &value, std::min(left, sizeof value));
        break;
    }
  }
}

/// A page as an allocation of its own, so that AddressSanitizer sees every step out of it.
class OnePage {
 public:
  OnePage() : bytes_(new (std::align_val_t{64}) std::byte[kPageSize]{}) {}
  OnePage(const OnePage&) = delete;
  OnePage& operator=(const OnePage&) = delete;
  ~OnePage() { operator delete[](bytes_, std::align_val_t{64}); }

  std::byte* bytes() { return bytes_; }
  /// Makes it a page of a kind with so many rows; what follows the head stays.
  void begin(PageKind kind, std::uint32_t list, std::uint32_t chain, std::uint32_t rows) {
    empty_page(bytes_);
    *page_head(bytes_) = {};
    page_head(bytes_)->next = kNoPage;
    page_head(bytes_)->list = list;
    page_head(bytes_)->chain = chain;
    page_head(bytes_)->rows = static_cast<std::uint16_t>(rows);
    const PageTail tail{kind, kPageVersion, 0, kPageMark};
    std::memcpy(bytes_ + kPayloadEnd, &tail, sizeof tail);
  }
  /// Requires that these bytes are of the payload.
  void has(const void* at, std::size_t size, const char* file = __builtin_FILE(),
           int line = __builtin_LINE()) const {
    const auto* from = static_cast<const std::byte*>(at);
    require(from >= bytes_ + kPayloadOffset && size <= kPayloadSize &&
                from + size <= bytes_ + kPayloadEnd,
            file, line);
  }

 private:
  std::byte* bytes_;
};

}  // namespace vecext::fuzz
