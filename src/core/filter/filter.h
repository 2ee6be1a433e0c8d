// Which rows a search is for: all, or those of a set. A set may say yes to rows that do not match
// (the executor checks again), never no to one that does.
#pragma once

#include <cstdint>

#include "core/base/ids.h"

namespace vecext {

/// Of the lines first .. first + 63 of a page of the table, the lowest bit's first, those of a set.
struct RowLines {
  std::uint32_t page;
  std::uint32_t first;
  std::uint64_t lines;
};

struct RowFilter {
  /// Rows that may be asked about at once.
  static constexpr std::int32_t kMostAsked = 32;

  /// Of rows[0 .. n), n <= kMostAsked, those that may match, as bits. Null: all rows.
  std::uint32_t (*matches)(const void* set, const RowId* rows, std::int32_t n) = nullptr;
  const void* set = nullptr;
  std::int64_t set_rows = 0;  // in the set, about
  /// Calls take(context, …) for all rows of the set, in their order. Null: it cannot tell.
  void (*each)(const void* set, void* context,
               void (*take)(void* context, const RowLines& rows)) = nullptr;

  bool has_set() const { return matches != nullptr; }

  std::uint32_t of(const RowId* rows, std::int32_t n) const {
    return matches == nullptr ? 0xFFFFFFFFu : matches(set, rows, n);
  }
  bool may_match(RowId row) const { return (of(&row, 1) & 1) != 0; }
};

}  // namespace vecext
