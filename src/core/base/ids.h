// Numbers of pages of an index, and places of rows of a table.
#pragma once

#include <cstdint>

namespace vecext {

/// Number of a page of an index, from 0.
using PageId = std::uint32_t;
inline constexpr PageId kNoPage = 0xFFFFFFFF;

/// Place of a row in its table, as it is stored beside its code: page number and line pointer in
/// six bytes. Places are ordered by page, then by line pointer.
struct [[gnu::packed]] RowId {
  std::uint32_t page;
  std::uint16_t line;

  friend bool operator==(RowId, RowId) = default;
  std::uint64_t packed() const { return static_cast<std::uint64_t>(page) << 16 | line; }
  static RowId of_packed(std::uint64_t row) {
    return {static_cast<std::uint32_t>(row >> 16), static_cast<std::uint16_t>(row)};
  }
};
static_assert(sizeof(RowId) == 6);

/// The row id of a lane of a block that has no row.
inline constexpr RowId kNoRow{0xFFFFFFFF, 0};

}  // namespace vecext
