// What tests of page formats look at.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "core/page/page.h"

namespace vecext::test {

using Page = std::array<std::byte, kPageSize>;

/// FNV-1a of all of a page behind the server's header.
inline std::uint64_t image(const Page& page) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (std::size_t i = 24; i < kPageSize; ++i) {
    hash = (hash ^ std::to_integer<std::uint64_t>(page[i])) * 0x100000001B3u;
  }
  return hash;
}

template <class T>
T at(const Page& page, std::size_t offset) {
  T value;
  std::memcpy(&value, page.data() + offset, sizeof value);
  return value;
}

}  // namespace vecext::test
