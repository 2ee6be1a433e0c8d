// A set of rows as bits, made in the order of their pages: what bitmap scans of ordinary indexes
// find. One word for 32 pages says which of them have rows; each page with rows has as many words
// of bits as its last row needs.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>

#include "core/base/arena.h"
#include "core/base/bit_set.h"
#include "core/filter/row_filter.h"
#include "core/filter/unordered_rows.h"
#include "core/kernel/kernel.h"

namespace vecext {

class RowBits {
 public:
  /// Takes memory from `arena`.
  explicit RowBits(Arena arena) : arena_(arena) {}

  /// Adds rows of a page, n >= 1 lines in ascending order. The page must follow all pages added so
  /// far. Returns false if memory runs out.
  bool add(std::uint32_t page, const std::uint16_t* lines, std::int32_t n);

  /// Adds lines 1 .. most_lines of a page, some of which may not be rows.
  bool add_whole(std::uint32_t page, std::uint16_t most_lines);

  /// Adds all rows of `rows`, whose pages must follow all pages added so far. Returns false if
  /// memory runs out.
  bool add(const UnorderedRows& rows);

  /// Makes this set, which is empty, a copy of the other set that takes no more memory than it
  /// needs. Returns false if memory runs out.
  bool copy(const RowBits& other);

  /// Adds n rows; row_of(i) is the i-th, and no line is beyond `last_line`. The groups of their
  /// pages (page >> kGroupPagesBits) ascend, and follow those of all rows added so far; within a
  /// group rows come in any order, and may repeat. Returns false if memory runs out.
  template <class RowOf>
  bool add_groups(std::size_t n, const RowOf& row_of, std::uint16_t last_line) {
    const std::uint32_t words_a_page = last_line / kWordBits + 1;
    std::uint64_t words[kGroupPages * kMostWordsOfPage];
    std::fill_n(words, kGroupPages * words_a_page, std::uint64_t{0});
    for (std::size_t i = 0; i < n;) {
      const std::uint32_t group = row_of(i).page / kGroupPages;
      std::uint32_t present = 0;
      for (; i < n && row_of(i).page / kGroupPages == group; ++i) {
        const RowId row = row_of(i);
        const std::uint32_t page = row.page % kGroupPages;
        std::uint64_t* word = words + page * words_a_page + row.line / kWordBits;
        const std::uint64_t bit = std::uint64_t{1} << (row.line % kWordBits);
        count_ += (*word & bit) == 0 ? 1 : 0;
        *word |= bit;
        present |= std::uint32_t{1} << page;
      }
      if (!add_group(group, present, words, words_a_page)) {
        return false;
      }
      std::fill_n(words, kGroupPages * words_a_page, std::uint64_t{0});
    }
    return true;
  }

  /// Pages of a group, as a power of two.
  static constexpr int kGroupPagesBits = 5;

  /// No row has a line beyond this one.
  static constexpr std::uint16_t kMostLine = (1 << 11) - 1;

  /// Returns how many rows were added, including all lines of whole pages.
  std::int64_t count() const { return count_; }

  /// Returns how many pages have rows.
  std::uint32_t pages() const { return pages_used_; }

  bool contains(RowId row) const { return has_page(row.page) && has_line(row); }

  /// Calls visit(RowLines) for all rows, in order.
  template <class Visit>
  void each_lines(const Visit& visit) const {
    for (std::uint32_t i = 0; i < pages_used_; ++i) {
      const Page* page = pages_ + i;
      for (std::uint32_t word = page->words; word < page[1].words; ++word) {
        visit(RowLines{page->number, (word - page->words) * kWordBits, words_[word]});
      }
    }
  }

  /// A place among the rows, for a reader that comes back. It is before all rows at first.
  struct Place {
    std::uint32_t page = 0;
    std::uint32_t word = 0;
  };

  /// Sets *rows to the next lines from a place on, and moves the place behind them. Returns false
  /// after the last.
  bool next_lines(Place* at, RowLines* rows) const {
    for (; at->page < pages_used_; *at = {at->page + 1, 0}) {
      const Page* page = pages_ + at->page;
      if (const std::uint32_t word = page->words + at->word; word < page[1].words) {
        *rows = {page->number, at->word++ * kWordBits, words_[word]};
        return true;
      }
    }
    return false;
  }

  /// Calls visit(RowId) for each row, in order.
  template <class Visit>
  void each(const Visit& visit) const {
    each_lines([&](const RowLines& rows) {
      for (std::uint64_t left = rows.lines; left != 0; left &= left - 1) {
        const auto line = rows.first + static_cast<std::uint32_t>(std::countr_zero(left));
        visit(RowId{rows.page, static_cast<std::uint16_t>(line)});
      }
    });
  }

  /// Returns the set as a filter of a search. It is valid as long as this object is neither moved
  /// nor added to.
  RowFilter filter() const {
    return {.matches = of_set,
            .set = this,
            .set_rows = count_,
            .each = each_of_set,
            .list = list_of_set};
  }

 private:
  static constexpr std::uint32_t kWordBits = 64;
  static constexpr std::uint32_t kGroupPages = 1 << kGroupPagesBits;
  static constexpr std::uint32_t kMostWordsOfPage = (kMostLine + 1) / kWordBits;

  /// A page with rows: where its words begin; they end where the next page's begin.
  struct Page {
    std::uint32_t number;
    std::uint32_t words;
  };

  /// True if the page has rows.
  bool has_page(std::uint32_t number) const {
    const std::uint32_t group = number / kGroupPages;
    return group < groups_used_ && (present_[group] >> (number % kGroupPages) & 1) != 0;
  }

  /// True if the set has the row; its page must have rows.
  bool has_line(RowId row) const {
    const std::uint32_t group = row.page / kGroupPages;
    const std::uint32_t bit = std::uint32_t{1} << (row.page % kGroupPages);
    const Page* page = pages_ + before_[group] + count_bits(present_[group] & (bit - 1));
    const std::uint32_t word = page->words + row.line / kWordBits;
    return word < page[1].words && (words_[word] >> (row.line % kWordBits) & 1) != 0;
  }

  /// Tests pages first: if the set is small, most pages have no rows of it.
  std::uint32_t of_rows(const RowId* rows, std::int32_t n) const {
    if (groups_used_ == 0) {
      return 0;
    }
    std::uint32_t lanes = kernel::active().scan.bits_at(present_, groups_used_, rows, sizeof(RowId),
                                                        static_cast<std::size_t>(n));
    for (std::uint32_t left = lanes; left != 0; left &= left - 1) {
      lanes ^= has_line(rows[std::countr_zero(left)]) ? 0 : left & -left;
    }
    return lanes;
  }

  static std::uint32_t of_set(const void* set, const RowId* rows, std::int32_t n) {
    return static_cast<const RowBits*>(set)->of_rows(rows, n);
  }

  static void each_of_set(const void* set, void* context,
                          void (*visit)(void* context, const RowLines& rows)) {
    static_cast<const RowBits*>(set)->each_lines(
        [&](const RowLines& rows) { visit(context, rows); });
  }

  /// *at counts words; most pages have one word.
  static std::size_t list_of_set(const void* set, std::size_t* at, RowLines* lines, std::size_t n) {
    const auto& bits = *static_cast<const RowBits*>(set);
    const Page* begin = bits.pages_;
    const Page* end = begin + bits.pages_used_;
    const Page* page = std::upper_bound(
        begin, end, *at, [](std::size_t word, const Page& p) { return word < p.words; });
    page -= page == begin ? 0 : 1;
    std::size_t listed = 0;
    auto word = static_cast<std::uint32_t>(*at);
    for (; page < end && listed < n; ++page) {
      for (; word < page[1].words && listed < n; ++word, ++listed) {
        lines[listed] = {page->number, (word - page->words) * kWordBits, bits.words_[word]};
      }
    }
    *at = word;
    return listed;
  }

  /// Makes room for page numbers up to `last`, and for `pages` more pages with `words` words.
  /// Returns false if memory runs out.
  bool reserve_for(std::uint32_t last, std::uint32_t pages, std::uint32_t words);

  /// Adds the pages of a group that have rows, each with `words_a_page` words. Their rows are not
  /// counted. Returns false if memory runs out.
  bool add_group(std::uint32_t group, std::uint32_t present, const std::uint64_t* words,
                 std::uint32_t words_a_page);

  /// Makes groups up to this one, without pages. There must be room for them.
  void begin_group(std::uint32_t group);

  /// Appends a page; its words are not initialized. There must be room for it.
  std::uint64_t* append_page(std::uint32_t number, std::uint32_t words);

  /// Appends a page of `words` words, which the caller sets. Returns null if memory runs out.
  std::uint64_t* add_page(std::uint32_t number, std::uint32_t words);

  Arena arena_;
  // By group of 32 pages: which pages have rows, and how many pages with rows come before the
  // group.
  std::uint32_t* present_ = nullptr;  // and one word after the last, without rows
  std::uint32_t* before_ = nullptr;
  std::uint32_t groups_used_ = 0;
  std::uint32_t present_room_ = 0;
  std::uint32_t before_room_ = 0;
  Page* pages_ = nullptr;  // and one after the last page, for where its words end
  std::uint32_t pages_used_ = 0;
  std::uint32_t pages_room_ = 0;
  std::uint64_t* words_ = nullptr;
  std::uint32_t words_used_ = 0;
  std::uint32_t words_room_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace vecext
