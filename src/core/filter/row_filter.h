// Which rows a search is for: all, or the rows of a set. A set may accept rows that do not match,
// since the executor rechecks them; it never rejects a row that matches.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/ids.h"

namespace vecext {

/// Which of the lines first .. first + 63 of a page of the table are in a set, as bits.
struct RowLines {
  std::uint32_t page;
  std::uint32_t first;
  std::uint64_t lines;
};

/// Memory that lives as long as a set that is kept for further searches. A search keeps in it what
/// it has made of the set, for later searches of the same index in the same state.
struct SetMemory {
  Arena arena;
  std::size_t most_bytes;  // the most bytes that a search may take
  void* kept;              // null if nothing is kept yet
  bool is_declined;        // searches keep nothing: it would take more memory, or they have no use
                           // for it
  bool is_scarce = false;  // what was kept has been dropped: searches are to keep what takes less
                           // memory
};

struct RowFilter {
  /// The most rows of one call of `matches`.
  static constexpr std::int32_t kMostAsked = 32;

  /// Returns which of rows[0 .. n), n <= kMostAsked, may match, as bits. It is null if all rows
  /// match.
  std::uint32_t (*matches)(const void* set, const RowId* rows, std::int32_t n) = nullptr;
  const void* set = nullptr;
  std::int64_t set_rows = 0;  // about how many rows the set has
  /// Calls visit(context, …) for all rows of the set, in their order. It is null if the set cannot
  /// list its rows.
  void (*each)(const void* set, void* context,
               void (*visit)(void* context, const RowLines& rows)) = nullptr;

  /// Copies up to n of the lines that each() visits, from number *at on, and moves *at behind them;
  /// returns how many. It is null if the set has only each().
  std::size_t (*list)(const void* set, std::size_t* at, RowLines* lines, std::size_t n) = nullptr;

  SetMemory* memory = nullptr;  // memory for the index searched; null if the set is for this
                                // statement alone

  bool has_set() const { return matches != nullptr; }

  std::uint32_t of(const RowId* rows, std::int32_t n) const {
    return matches == nullptr ? 0xFFFFFFFFu : matches(set, rows, n);
  }
  bool may_match(RowId row) const { return (of(&row, 1) & 1) != 0; }
};

}  // namespace vecext
