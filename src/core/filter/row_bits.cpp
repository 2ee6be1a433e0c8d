#include "core/filter/row_bits.h"

#include <algorithm>

namespace vecext {

namespace {

constexpr std::uint32_t kFewest = 64;

}  // namespace

bool RowBits::reserve_for(std::uint32_t last, std::uint32_t pages, std::uint32_t words) {
  const std::uint32_t groups = last / kGroupPages + 1;
  return reserve(arena_, groups_used_, groups + 1, kFewest, &present_room_, &present_) &&
         reserve(arena_, groups_used_, groups, kFewest, &before_room_, &before_) &&
         reserve(arena_, pages_used_, pages + 1, kFewest, &pages_room_, &pages_) &&
         reserve(arena_, words_used_, words, kFewest, &words_room_, &words_);
}

bool RowBits::copy(const RowBits& other) {
  const auto copy_array = [this](const auto* from, std::uint32_t n, std::uint32_t* room,
                                 auto** to) {
    if (n == 0 || from == nullptr) {
      return true;
    }
    using Element = std::remove_cvref_t<decltype(**to)>;
    *to = arena_.array<Element>(n);
    *room = n;
    if (*to != nullptr) {
      __builtin_memcpy(*to, from, n * sizeof(Element));
    }
    return *to != nullptr;
  };
  groups_used_ = other.groups_used_;
  pages_used_ = other.pages_used_;
  words_used_ = other.words_used_;
  count_ = other.count_;
  return copy_array(other.present_, groups_used_ + 1, &present_room_, &present_) &&
         copy_array(other.before_, groups_used_, &before_room_, &before_) &&
         copy_array(other.pages_, pages_used_ + 1, &pages_room_, &pages_) &&
         copy_array(other.words_, words_used_, &words_room_, &words_);
}

void RowBits::begin_group(std::uint32_t group) {
  for (; groups_used_ <= group; ++groups_used_) {
    present_[groups_used_] = 0;
    before_[groups_used_] = pages_used_;
  }
  present_[groups_used_] = 0;
}

std::uint64_t* RowBits::append_page(std::uint32_t number, std::uint32_t words) {
  const std::uint32_t group = number / kGroupPages;
  begin_group(group);
  present_[group] |= std::uint32_t{1} << (number % kGroupPages);
  std::uint64_t* begin = words_ + words_used_;
  pages_[pages_used_++] = {number, words_used_};
  words_used_ += words;
  pages_[pages_used_] = {number, words_used_};
  return begin;
}

std::uint64_t* RowBits::add_page(std::uint32_t number, std::uint32_t words) {
  return reserve_for(number, pages_used_ + 1, words_used_ + words) ? append_page(number, words)
                                                                   : nullptr;
}

bool RowBits::add(std::uint32_t page, const std::uint16_t* lines, std::int32_t n) {
  std::uint64_t* words = add_page(page, lines[n - 1] / kWordBits + 1);
  if (words == nullptr) {
    return false;
  }
  std::uint32_t at = 0;
  std::uint64_t word = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    for (; at < lines[i] / kWordBits; ++at, word = 0) {
      words[at] = word;
    }
    word |= std::uint64_t{1} << (lines[i] % kWordBits);
  }
  words[at] = word;
  count_ += n;
  return true;
}

bool RowBits::add_group(std::uint32_t group, std::uint32_t present, const std::uint64_t* words,
                        std::uint32_t words_a_page) {
  const std::uint32_t first = group * kGroupPages;
  if (!reserve_for(first, pages_used_ + kGroupPages, words_used_ + kGroupPages * words_a_page)) {
    return false;
  }
  begin_group(group);
  present_[group] = present;
  Page* page = pages_ + pages_used_;
  std::uint64_t* to = words_ + words_used_;
  for (std::uint32_t left = present; left != 0; left &= left - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(left));
    const std::uint64_t* from = words + std::size_t{i} * words_a_page;
    *page++ = {first + i, static_cast<std::uint32_t>(to - words_)};
    if (words_a_page == 1) {
      *to++ = *from;
      continue;
    }
    std::uint32_t used = words_a_page;
    while (from[used - 1] == 0) {
      --used;
    }
    to = std::copy_n(from, used, to);
  }
  pages_used_ = static_cast<std::uint32_t>(page - pages_);
  words_used_ = static_cast<std::uint32_t>(to - words_);
  *page = {first, words_used_};
  return true;
}

bool RowBits::add(const UnorderedRows& rows) {
  const std::uint32_t words_a_page = rows.words_a_page();
  for (std::uint32_t first = 0; first < rows.pages(); first += kGroupPages) {
    const std::uint64_t* words = rows.page(first);
    const std::uint32_t pages = std::min(kGroupPages, rows.pages() - first);
    std::uint32_t present = 0;
    for (std::uint32_t page = 0; page < pages; ++page) {
      std::uint64_t any = 0;
      for (std::uint32_t word = 0; word < words_a_page; ++word) {
        any |= words[page * words_a_page + word];
      }
      present |= (any != 0 ? std::uint32_t{1} : 0) << page;
    }
    if (present != 0 && !add_group(first / kGroupPages, present, words, words_a_page)) {
      return false;
    }
  }
  count_ += static_cast<std::int64_t>(rows.count());
  return true;
}

bool RowBits::add_whole(std::uint32_t page, std::uint16_t most_lines) {
  std::uint64_t* words = add_page(page, most_lines / kWordBits + 1);
  if (words == nullptr) {
    return false;
  }
  std::fill_n(words, most_lines / kWordBits, ~std::uint64_t{0});
  words[most_lines / kWordBits] = ~(~std::uint64_t{1} << (most_lines % kWordBits));
  words[0] &= ~std::uint64_t{1};
  count_ += most_lines;
  return true;
}

}  // namespace vecext
