// A set of rows that come in any order, as bits. Each page of the table, up to the last page that
// has a row, has as many words as the greatest line on any page needs. So the memory depends on the
// number of pages, and not on the number of rows.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>

#include "core/base/arena.h"
#include "core/base/bit_set.h"
#include "core/base/ids.h"

namespace vecext {

class UnorderedRows {
 public:
  /// Takes memory from `arena`.
  explicit UnorderedRows(Arena arena) : arena_(arena) {}

  /// Adds `n` rows, of which row_of(i) is the i-th. Rows may repeat. No row is on a page after
  /// `last_page` or on a line after `last_line`. Returns false if memory runs out.
  template <class RowOf>
  bool add(std::size_t n, const RowOf& row_of, std::uint32_t last_page, std::uint16_t last_line) {
    if (!reserve_for(last_page, last_line / kWordBits + 1)) {
      return false;
    }
    // These are copies of members, since the compiler must assume that a write to `words` may
    // change the members.
    std::uint64_t* words = words_;
    const std::size_t words_a_page = words_a_page_;
    std::size_t count = count_;
    for (std::size_t i = 0; i < n; ++i) {
      const RowId row = row_of(i);
      std::uint64_t* word = words + row.page * words_a_page + row.line / kWordBits;
      const std::uint64_t bit = std::uint64_t{1} << (row.line % kWordBits);
      count += (*word & bit) == 0 ? 1 : 0;
      *word |= bit;
    }
    count_ = count;
    return true;
  }

  /// Adds the rows of `other`. Returns false if memory runs out.
  bool add(const UnorderedRows& other) {
    if (other.pages_ == 0) {
      return true;
    }
    if (!reserve_for(other.pages_ - 1, other.words_a_page_)) {
      return false;
    }
    for (std::size_t i = 0; i < std::size_t{other.pages_} * other.words_a_page_; ++i) {
      std::uint64_t* word =
          words_ + i / other.words_a_page_ * words_a_page_ + i % other.words_a_page_;
      count_ += count_bits(other.words_[i] & ~*word);
      *word |= other.words_[i];
    }
    return true;
  }

  /// Returns how many different rows there are.
  std::size_t count() const { return count_; }

  bool contains(RowId row) const {
    return row.page < pages_ && row.line / kWordBits < words_a_page_ &&
           (page(row.page)[row.line / kWordBits] >> (row.line % kWordBits) & 1) != 0;
  }

  /// Keeps the rows for which keep(RowId) is true.
  template <class Keep>
  void keep_if(const Keep& keep) {
    for (std::size_t i = 0; i < std::size_t{pages_} * words_a_page_; ++i) {
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
        const std::size_t line =
            i % words_a_page_ * kWordBits + static_cast<std::size_t>(std::countr_zero(left));
        if (!keep(RowId{static_cast<std::uint32_t>(i / words_a_page_),
                        static_cast<std::uint16_t>(line)})) {
          words_[i] ^= left & -left;
          --count_;
        }
      }
    }
  }

  /// Returns the words of a page below pages(): line l is bit l % 64 of word l / 64.
  const std::uint64_t* page(std::uint32_t number) const {
    return words_ + std::size_t{number} * words_a_page_;
  }
  std::uint32_t pages() const { return pages_; }
  std::uint32_t words_a_page() const { return words_a_page_; }

 private:
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::size_t kFewest = 64;

  bool reserve_for(std::uint32_t last_page, std::uint32_t words_a_page) {
    if (words_a_page > words_a_page_ && !widen(words_a_page)) {
      return false;
    }
    const std::size_t used = std::size_t{pages_} * words_a_page_;
    const std::size_t needed = (std::size_t{last_page} + 1) * words_a_page_;
    if (needed > used) {
      if (!reserve(arena_, used, needed, kFewest, &room_, &words_)) {
        return false;
      }
      std::fill(words_ + used, words_ + needed, std::uint64_t{0});
      pages_ = last_page + 1;
    }
    return true;
  }

  /// Gives each page `words_a_page` words, which must be more than it has. Returns false if memory
  /// runs out.
  bool widen(std::uint32_t words_a_page) {
    if (pages_ > 0) {
      const std::size_t room = std::size_t{pages_} * words_a_page;
      auto* words = arena_.array<std::uint64_t>(room);
      if (words == nullptr) {
        return false;
      }
      std::fill_n(words, room, std::uint64_t{0});
      for (std::uint32_t i = 0; i < pages_; ++i) {
        std::copy_n(page(i), words_a_page_, words + std::size_t{i} * words_a_page);
      }
      words_ = words;
      room_ = room;
    }
    words_a_page_ = words_a_page;
    return true;
  }

  Arena arena_;
  std::uint64_t* words_ = nullptr;
  std::size_t room_ = 0;
  std::size_t count_ = 0;
  std::uint32_t pages_ = 0;
  std::uint32_t words_a_page_ = 1;
};

}  // namespace vecext
