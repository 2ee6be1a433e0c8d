// Bytes that are to be written to a page, for a change of a small part of the page. With a patch,
// no copy of the page has to be compared to find what has changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/page/page.h"

namespace vecext {

/// Parts of a page, and the bytes that they become. Each part is `at` u2, `count` u2 and the bytes.
/// Parts follow each other as in a generic WAL record.
class PagePatch {
 public:
  /// The most parts of a patch. A row of a page of pending rows, for instance, takes a part for
  /// each group of its code. All parts together fit in a page.
  static constexpr std::size_t kMostParts = 256;

  void put(std::size_t at, const void* bytes, std::size_t count) {
    const std::uint16_t head[2] = {static_cast<std::uint16_t>(at),
                                   static_cast<std::uint16_t>(count)};
    std::memcpy(bytes_ + size_, head, sizeof head);
    std::memcpy(bytes_ + size_ + sizeof head, bytes, count);
    size_ += sizeof head + count;
  }

  bool is_empty() const { return size_ == 0; }
  const std::byte* bytes() const { return bytes_; }
  std::size_t size() const { return size_; }

  void apply(std::byte* page) const {
    for (std::size_t from = 0; from < size_;) {
      std::uint16_t head[2];
      std::memcpy(head, bytes_ + from, sizeof head);
      std::memcpy(page + head[0], bytes_ + from + sizeof head, head[1]);
      from += sizeof head + head[1];
    }
  }

 private:
  std::size_t size_ = 0;
  std::byte bytes_[kPageSize + kMostParts * 2 * sizeof(std::uint16_t)];
};

/// Makes the patch turn a page into a page of kind kFree, as empty_page(page) does.
void empty_page(PagePatch* patch);

}  // namespace vecext
