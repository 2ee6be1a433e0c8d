// Which rows a search is for: all, or those of a set. A set may accept rows that do not match,
// since the executor rechecks them; it never rejects one that does.
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

/// Memory that lives as long as a set which is kept for further searches. A search keeps in it what
/// it has made of the set, for later ones of the same index in the same state.
struct SetMemory {
  Arena arena;
  std::size_t most_bytes;  // that a search may take
  void* kept;              // null: nothing yet
  bool is_declined;        // searches keep nothing: it would take more, or they have no use for it
  bool is_scarce = false;  // what they had kept was dropped: they are to keep what takes less
};

struct RowFilter {
  /// The most rows of one call of `matches`.
  static constexpr std::int32_t kMostAsked = 32;

  /// Which of rows[0 .. n), n <= kMostAsked, may match, as bits. Null: all rows match.
  std::uint32_t (*matches)(const void* set, const RowId* rows, std::int32_t n) = nullptr;
  const void* set = nullptr;
  std::int64_t set_rows = 0;  // in the set, about
  /// Calls visit(context, …) for all rows of the set, in their order. Null: the set cannot list its
  /// rows.
  void (*each)(const void* set, void* context,
               void (*visit)(void* context, const RowLines& rows)) = nullptr;

  /// Copies up to n of what each() gives out, from number *at on, which moves behind them; returns
  /// how many. Null: the set has only each().
  std::size_t (*list)(const void* set, std::size_t* at, RowLines* lines, std::size_t n) = nullptr;

  SetMemory* memory = nullptr;  // of the index searched; null: the set is for this statement alone

  bool has_set() const { return matches != nullptr; }

  std::uint32_t of(const RowId* rows, std::int32_t n) const {
    return matches == nullptr ? 0xFFFFFFFFu : matches(set, rows, n);
  }
  bool may_match(RowId row) const { return (of(&row, 1) & 1) != 0; }
};

}  // namespace vecext
