// A set of rows as bits, made in the order of the table's pages, such as a bitmap scan of ordinary
// indexes finds it. For each 32 pages, one word says which of them have rows. Each page that has
// rows has as many words of bits as its last row needs.
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

  /// Adds `n` >= 1 rows of a page, whose lines ascend. The page must come after all pages added so
  /// far. Returns false if memory runs out.
  bool add(std::uint32_t page, const std::uint16_t* lines, std::int32_t n);

  /// Adds the lines 1 to `most_lines` of a page, some of which may not be rows. The page must come
  /// after all pages added so far. Returns false if memory runs out.
  bool add_whole(std::uint32_t page, std::uint16_t most_lines);

  /// Adds all rows of `rows`. Their pages must come after all pages added so far. Returns false if
  /// memory runs out.
  bool add(const UnorderedRows& rows);

  /// Makes this set, which must be empty, a copy of `other` that takes no more memory than its rows
  /// need. Returns false if memory runs out.
  bool copy(const RowBits& other);

  /// Adds `n` rows, of which row_of(i) is the i-th. No line is greater than `last_line`. The groups
  /// of their pages (page >> kGroupPagesBits) ascend, and come after the groups of all rows added
  /// so far. Within a group, rows may be in any order and may repeat. Returns false if memory runs
  /// out.
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

  /// Binary logarithm of the number of pages in a group.
  static constexpr int kGroupPagesBits = 5;

  /// The greatest line that a row can have.
  static constexpr std::uint16_t kMostLine = (1 << 11) - 1;

  /// Returns how many rows were added. For a page that was added as a whole, all its lines count.
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

  /// A place among the rows, from which a reader can go on later. At first it is before all rows.
  struct Place {
    std::uint32_t page = 0;
    std::uint32_t word = 0;
  };

  /// Sets `*rows` to the lines at the place `*at`, and moves `*at` to the lines after them. Returns
  /// false after the last lines.
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

  /// Returns the set as the filter of a search. The filter is valid until rows are added to this
  /// object, or it is moved.
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

  /// A page that has rows. `words` is where its words begin; they end where the words of the next
  /// page begin.
  struct Page {
    std::uint32_t number;
    std::uint32_t words;
  };

  /// True if the page has rows.
  bool has_page(std::uint32_t number) const {
    const std::uint32_t group = number / kGroupPages;
    return group < groups_used_ && (present_[group] >> (number % kGroupPages) & 1) != 0;
  }

  /// True if the set has the row. The row's page must have rows (has_page()).
  bool has_line(RowId row) const {
    const std::uint32_t group = row.page / kGroupPages;
    const std::uint32_t bit = std::uint32_t{1} << (row.page % kGroupPages);
    const Page* page = pages_ + before_[group] + count_bits(present_[group] & (bit - 1));
    const std::uint32_t word = page->words + row.line / kWordBits;
    return word < page[1].words && (words_[word] >> (row.line % kWordBits) & 1) != 0;
  }

  /// Returns as bits which of rows[0 .. n) are in the set. It looks at their pages first, since
  /// with a small set most pages have no rows.
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

  /// Implements RowFilter::list. `*at` is a number of words, since most pages have one word.
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

  /// Makes room for the pages up to number `last`, and for `pages` more pages that have rows, with
  /// `words` words together. Returns false if memory runs out.
  bool reserve_for(std::uint32_t last, std::uint32_t pages, std::uint32_t words);

  /// Adds those pages of a group whose bit is set in `present`, with `words_a_page` words each.
  /// count() does not change. Returns false if memory runs out.
  bool add_group(std::uint32_t group, std::uint32_t present, const std::uint64_t* words,
                 std::uint32_t words_a_page);

  /// Makes all groups up to `group`, without pages. There must be room for them.
  void begin_group(std::uint32_t group);

  /// Appends a page with `words` words, which are not initialized, and returns these. There must be
  /// room for them.
  std::uint64_t* append_page(std::uint32_t number, std::uint32_t words);

  /// Appends a page with `words` words, and returns these for the caller to set. Returns null if
  /// memory runs out.
  std::uint64_t* add_page(std::uint32_t number, std::uint32_t words);

  Arena arena_;
  // These have one entry for each group of 32 pages: which of its pages have rows, and how many
  // pages with rows come before the group.
  std::uint32_t* present_ = nullptr;  // one more word, for no pages, follows the last group
  std::uint32_t* before_ = nullptr;
  std::uint32_t groups_used_ = 0;
  std::uint32_t present_room_ = 0;
  std::uint32_t before_room_ = 0;
  Page* pages_ = nullptr;  // one more entry follows the last page: its `words` is where the last
                           // page's words end
  std::uint32_t pages_used_ = 0;
  std::uint32_t pages_room_ = 0;
  std::uint64_t* words_ = nullptr;
  std::uint32_t words_used_ = 0;
  std::uint32_t words_room_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace vecext
