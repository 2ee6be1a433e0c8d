// Rows in the order in which an index gives them: how a set is made without a hash table. Many rows
// of few pages are marked in the set as they come. Others, and those of lists that are compared,
// are sorted by page and line: an index gives the rows of one value in order as it is; those of
// several are sorted digit by digit.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/base/arena.h"
#include "core/filter/row_bits.h"

namespace vecext {

class RowList {
 public:
  /// Memory comes from `arena`.
  explicit RowList(Arena arena) : arena_(arena) {}

  /// Lines beyond are no rows of a table.
  static constexpr std::uint16_t kMostLine = (1 << 11) - 1;

  /// Makes room for `rows` rows at once; more may come. False: out of memory.
  bool expect(std::size_t rows) { return reserve(arena_, count_, rows, kFewest, &room_, &keys_); }

  /// Adds a row, which may be there. False: out of memory.
  bool add(RowId row) {
    return add(1, [row](std::size_t) { return row; });
  }

  /// Adds n rows, which may be there; row_of(i) tells the i-th. False: out of memory.
  template <class RowOf>
  bool add(std::size_t n, const RowOf& row_of) {
    if (n > room_ - count_ && !expect(count_ + n)) {
      return false;
    }
    // Not the members: keys might be among them, for all the compiler knows.
    std::uint64_t* keys = keys_ + count_;
    std::uint64_t most = most_;
    std::uint16_t last_line = last_line_;
    bool is_sorted = is_sorted_;
    for (std::size_t i = 0; i < n; ++i) {
      const RowId row = row_of(i);
      const std::uint64_t key = static_cast<std::uint64_t>(row.page) << kLineBits | row.line;
      is_sorted = is_sorted && key > most;
      most = std::max(most, key);
      last_line = std::max(last_line, row.line);
      keys[i] = key;
    }
    count_ += n;
    most_ = most;
    last_line_ = last_line;
    is_sorted_ = is_sorted;
    return true;
  }

  /// Rows in it.
  std::size_t count() const { return count_; }

  /// Row i.
  RowId row(std::size_t i) const {
    return {static_cast<std::uint32_t>(keys_[i] >> kLineBits),
            static_cast<std::uint16_t>(keys_[i] & kMostLine)};
  }

  /// Sorts them, and keeps each once. False: out of memory.
  bool sort();

  /// Keeps the rows that both have; both must be sorted.
  void intersect(const RowList& other);

  /// Takes those of the other list, too; both must be sorted. False: out of memory.
  bool unite(const RowList& other);

  /// Gives all rows to a set, which has none yet. Sorts them if it must. False: out of memory.
  bool fill(RowBits* set);

 private:
  static constexpr int kLineBits = 11;
  static constexpr std::size_t kFewest = 256;

  /// Gives the sorted rows page by page.
  bool append(RowBits* set) const;

  Arena arena_;
  std::uint64_t* keys_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
  std::uint64_t most_ = 0;       // key
  std::uint16_t last_line_ = 0;  // of any page
  bool is_sorted_ = true;
};

}  // namespace vecext
