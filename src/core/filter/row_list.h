// Collects the rows that indexes return, and makes a sorted set of them without a hash table. The
// rows are kept as a list of keys, or as bits. They become bits if many of them are on few pages,
// or if the list is full. A list is sorted by page and line before it becomes a set or is compared
// with another: rows of one value of an index are already in order, and rows of several values are
// sorted digit by digit.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/base/arena.h"
#include "core/filter/row_bits.h"

namespace vecext {

class RowList {
 public:
  /// Takes memory from `arena`. If more than `room` rows are added, they become bits.
  explicit RowList(Arena arena, std::size_t room = SIZE_MAX)
      : arena_(arena), most_listed_(room), bits_(arena) {}
  std::size_t room() const { return most_listed_; }

  /// From now on, the list keeps only rows that are in `set`. `set` must outlive the list.
  void restrict_to(const RowBits* set) { within_ = set; }
  const RowBits* restriction() const { return within_; }

  /// No row of a table has a line beyond this one.
  static constexpr std::uint16_t kMostLine = RowBits::kMostLine;

  /// Makes room for `rows` rows at once. More rows may be added nevertheless. Returns false if
  /// memory runs out.
  bool expect(std::size_t rows) {
    const auto most = within_ == nullptr ? SIZE_MAX : static_cast<std::size_t>(within_->count());
    return reserve(arena_, count_, std::min({rows, most_listed_, most}), kFewest, &room_, &keys_);
  }

  /// Adds a row, which the list may have already. Returns false if memory runs out.
  bool add(RowId row) {
    return add(1, [row](std::size_t) { return row; });
  }

  /// Adds `n` rows, of which row_of(i) is the i-th. The list may have them already. Returns false
  /// if memory runs out.
  template <class RowOf>
  bool add(std::size_t n, const RowOf& row_of) {
    if (n > room_ - count_ && !make_room(n)) {
      return false;
    }
    // These are copies of members, since the compiler must assume that a write to `keys` may change
    // the members.
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
    added_ += n;
    if (within_ != nullptr) {
      drop_outside(count_ - n);
    }
    return true;
  }

  /// Returns how many rows were added, including rows that were not kept.
  std::size_t added() const { return added_; }

  /// Returns how many rows the list has. If it is not sorted, a row that was added twice counts
  /// twice.
  std::size_t count() const { return bits_.count() + count_; }

  /// True if there are more rows than `room`, but too few for bits of their pages. The rows are in
  /// the list nevertheless.
  bool is_full() const { return is_full_; }

  /// Returns the i-th row of a list whose rows have not become bits.
  RowId row(std::size_t i) const {
    return {static_cast<std::uint32_t>(keys_[i] >> kLineBits),
            static_cast<std::uint16_t>(keys_[i] & kMostLine)};
  }

  /// Sorts the rows and removes duplicates. Returns false if memory runs out.
  bool sort();

  /// Keeps the rows for which keep(RowId) is true.
  template <class Keep>
  void keep_if(const Keep& keep) {
    bits_.keep_if(keep);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (keep(row(i))) {
        keys_[kept++] = keys_[i];
      }
    }
    count_ = kept;
  }

  /// Keeps only the rows that are also in `other`. Both lists must be sorted. Returns false if
  /// memory runs out.
  bool intersect(const RowList& other);

  /// Adds the rows of `other`. Both lists must be sorted. Returns false if memory runs out.
  bool unite(const RowList& other);

  /// Adds all rows to `*set`, which must be empty. It may change the order of the rows in the list.
  /// Returns false if memory runs out.
  bool fill(RowBits* set);

 private:
  static constexpr int kLineBits = 11;
  static constexpr std::size_t kFewest = 256;

  /// Makes room for n more rows. Returns false if memory runs out.
  bool make_room(std::size_t n);

  /// Removes rows that are not in the set to which the list is restricted. It looks only at the
  /// rows from number `first` on.
  void drop_outside(std::size_t first);

  /// True if bits for the pages of all rows take at most `words` words.
  bool fits_bits(std::size_t words) const {
    return ((most_ >> kLineBits) + 1) * (last_line_ / 64 + 1) <=
           std::min<std::size_t>(words, UINT32_MAX);
  }

  /// Converts the listed rows to bits. Returns false if memory runs out.
  bool make_bits();

  /// Sorts the rows by their keys, of which the bits below `shift` do not count.
  bool sort_by_digits(int shift);

  Arena arena_;
  std::size_t most_listed_;
  std::uint64_t* keys_ = nullptr;
  std::size_t count_ = 0;
  std::size_t room_ = 0;
  std::uint64_t most_ = 0;       // the greatest key
  std::uint16_t last_line_ = 0;  // the greatest line of any row
  bool is_sorted_ = true;
  bool is_full_ = false;
  UnorderedRows bits_;
  const RowBits* within_ = nullptr;
  std::size_t added_ = 0;
};

}  // namespace vecext
