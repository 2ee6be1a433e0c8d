// Temporary files in memory, which checks how they are used, and can be full.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "core/graph/external/temp_files.h"
#include "doctest/doctest.h"

namespace vecext::test {

class MemoryTempFiles {
 public:
  TempFiles interface() { return {this, kFileBytes, make, append, read, drop}; }

  /// After so many calls of append there is no more room.
  void fill_after(int calls) { calls_left_ = calls; }
  int calls_left() const { return calls_left_; }
  int open() const { return open_; }

 private:
  static constexpr std::size_t kFileBytes = 8192;
  struct File {
    MemoryTempFiles* owner;
    std::vector<std::byte> bytes;
    bool was_read = false;
    bool is_open = true;
  };

  static void* make(void* context) {
    auto* self = static_cast<MemoryTempFiles*>(context);
    self->files_.push_back(std::make_unique<File>());
    self->files_.back()->owner = self;
    ++self->open_;
    return self->files_.back().get();
  }
  static Status append(void* file, const void* bytes, std::size_t n) {
    auto* f = static_cast<File*>(file);
    REQUIRE(f->is_open);
    REQUIRE(!f->was_read);
    if (f->owner->calls_left_-- <= 0) {
      return {.code = StatusCode::kOutOfMemory};
    }
    const auto* from = static_cast<const std::byte*>(bytes);
    f->bytes.insert(f->bytes.end(), from, from + n);
    return {};
  }
  static Status read(void* file, std::uint64_t from, void* bytes, std::size_t n) {
    auto* f = static_cast<File*>(file);
    REQUIRE(f->is_open);
    REQUIRE(from + n <= f->bytes.size());
    f->was_read = true;
    std::memcpy(bytes, f->bytes.data() + from, n);
    return {};
  }
  static void drop(void* file) {
    auto* f = static_cast<File*>(file);
    REQUIRE(f->is_open);
    f->is_open = false;
    f->bytes = {};
    --f->owner->open_;
  }

  std::vector<std::unique_ptr<File>> files_;
  int calls_left_ = 1 << 30;
  int open_ = 0;
};

}  // namespace vecext::test
