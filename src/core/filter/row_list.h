// Rows in the order in which an index gives them, then sorted by page and line: how a set is made
// without a hash table. An index gives the rows of one value in order as it is; those of several
// are sorted digit by digit.
#pragma once

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

  /// Adds a row, which may be there. False: out of memory.
  bool add(RowId row) {
    if (count_ == room_ && !grow()) {
      return false;
    }
    const std::uint64_t key = static_cast<std::uint64_t>(row.page) << kLineBits | row.line;
    is_sorted_ = is_sorted_ && (count_ == 0 || key > last_);
    last_ = key;
    most_ = key > most_ ? key : most_;
    keys_[count_++] = key;
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

  /// The sorted rows as a set. False: out of memory.
  bool fill(RowBits* set) const;

 private:
  static constexpr int kLineBits = 11;

  bool grow();

  Arena arena_;
  std::uint64_t* keys_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t most_ = 0;
  bool is_sorted_ = true;
};

}  // namespace vecext
