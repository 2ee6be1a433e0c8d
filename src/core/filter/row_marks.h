// A set of rows as bits, to which rows are added, and from which they are removed, in any order. It
// takes memory for all lines of all pages at once, which is some bytes for each page.
#pragma once

#include "core/base/bit_set.h"
#include "core/base/ids.h"

namespace vecext {

class RowMarks {
 public:
  /// Makes the set empty, with room for rows on pages below `pages` and on lines below `lines`.
  /// Returns false if memory runs out.
  bool reset(std::uint32_t pages, std::uint32_t lines, Arena arena) {
    pages_ = pages;
    lines_ = lines;
    first_word_ = 0;
    return marks_.reset(std::size_t{pages} * lines, arena);
  }

  /// Adds a row. Does nothing if room is lacking for the row's page or line.
  void add(RowId row) {
    if (row.page < pages_ && row.line < lines_) {
      marks_.add(number_of(row));
    }
  }
  void remove(RowId row) {
    if (row.page < pages_ && row.line < lines_) {
      marks_.remove(number_of(row));
    }
  }

  /// Removes the first row, and sets `*row` to it. Returns false if the set is empty. Rows that
  /// come before a row removed in this way must not be added afterwards.
  bool pop_first(RowId* row) {
    std::size_t number;
    if (!marks_.pop_from(&first_word_, &number)) {
      return false;
    }
    *row = at(number);
    return true;
  }

  /// Calls visit(RowId) for each row, in order. visit() may remove the row for which it is called.
  template <class Visit>
  void each(const Visit& visit) const {
    marks_.each([&](std::size_t number) { visit(at(number)); });
  }

 private:
  RowId at(std::size_t number) const {
    return {static_cast<std::uint32_t>(number / lines_),
            static_cast<std::uint16_t>(number % lines_)};
  }
  std::size_t number_of(RowId row) const { return std::size_t{row.page} * lines_ + row.line; }

  BitSet marks_;
  std::size_t first_word_ = 0;  // all words before this one are empty
  std::uint32_t pages_ = 0;
  std::uint32_t lines_ = 1;
};

}  // namespace vecext
