// The filter of a search: it admits all rows, or the rows of a set. A set may admit rows that do
// not match the query's conditions, since the executor rechecks rows, but it never rejects a row
// that matches.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/ids.h"

namespace vecext {

/// 64 lines of a page of the table, from line `first` on, and as bits which of them are in a set.
struct RowLines {
  std::uint32_t page;
  std::uint32_t first;
  std::uint64_t lines;
};

/// Memory that belongs to a set of rows which is kept for further searches, and lives as long as
/// the set. A search keeps there what it has computed from the set, for later searches of the same
/// index in the same state.
struct SetMemory {
  Arena arena;
  std::size_t most_bytes;  // the most bytes that a search may take
  void* kept;              // null if nothing is kept yet
  bool is_declined;  // true if searches keep nothing there, since it would take more memory, or
                     // since they have no use for it
  bool is_scarce = false;  // true if what was kept has been dropped, so that searches should keep
                           // something that takes less memory
};

struct RowFilter {
  /// The greatest number of rows for which `matches` may be called at a time.
  static constexpr std::int32_t kMostAsked = 32;

  /// Returns as bits which of rows[0 .. n) may match, where n <= kMostAsked. `matches` is null if
  /// all rows match.
  std::uint32_t (*matches)(const void* set, const RowId* rows, std::int32_t n) = nullptr;
  const void* set = nullptr;
  std::int64_t set_rows = 0;  // about how many rows the set has
  /// Calls visit(context, lines) for the lines of all rows of the set, in their order. `each` is
  /// null if the set cannot list its rows.
  void (*each)(const void* set, void* context,
               void (*visit)(void* context, const RowLines& rows)) = nullptr;

  /// Copies up to `n` of the lines that each() visits to `lines`, from number `*at` on. Moves `*at`
  /// to the number after them, and returns how many they are. It is null if the set has only
  /// each().
  std::size_t (*list)(const void* set, std::size_t* at, RowLines* lines, std::size_t n) = nullptr;

  SetMemory* memory = nullptr;  // memory of the set for the index that is searched; null if the set
                                // is used only in this statement

  bool has_set() const { return matches != nullptr; }

  std::uint32_t of(const RowId* rows, std::int32_t n) const {
    return matches == nullptr ? 0xFFFFFFFFu : matches(set, rows, n);
  }
  bool may_match(RowId row) const { return (of(&row, 1) & 1) != 0; }
};

}  // namespace vecext
