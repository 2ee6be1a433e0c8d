// What a process sees of an image that another one has written.
#pragma once

#include <cstring>

#include "core/base/image.h"
#include "memory_store.h"

namespace vecext::test {

/// The struct of an image that was written to memory that is gone.
template <class Struct>
Struct moved_image(const Struct& content, TestArena* arena) {
  const std::size_t bytes = image_bytes(content);
  auto* written = Arena(*arena).array<std::byte>(bytes);
  auto* moved = Arena(*arena).array<std::byte>(bytes);
  write_image(content, written);
  std::memcpy(moved, written, bytes);
  std::memset(written, 0xFF, bytes);
  return struct_of_image<Struct>(moved);
}

}  // namespace vecext::test
