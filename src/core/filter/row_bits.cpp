#include "core/filter/row_bits.h"

#include <cstring>

namespace vecext {

namespace {

constexpr std::uint32_t kFewest = 64;

}  // namespace

std::uint64_t* RowBits::add_page(std::uint32_t number, std::uint32_t words) {
  const std::uint32_t group = number / kWordBits;
  if (!reserve(arena_, groups_used_, group + 1, kFewest, &groups_room_, &groups_) ||
      !reserve(arena_, pages_used_, pages_used_ + 2, kFewest, &pages_room_, &pages_) ||
      !reserve(arena_, words_used_, words_used_ + words, kFewest, &words_room_, &words_)) {
    return nullptr;
  }
  for (; groups_used_ <= group; ++groups_used_) {
    groups_[groups_used_] = {0, pages_used_};
  }
  groups_[group].present |= std::uint64_t{1} << (number % kWordBits);
  std::uint64_t* begin = words_ + words_used_;
  std::memset(begin, 0, words * sizeof(std::uint64_t));
  pages_[pages_used_++] = {number, words_used_};
  words_used_ += words;
  pages_[pages_used_] = {number, words_used_};
  return begin;
}

bool RowBits::add(std::uint32_t page, const std::uint16_t* lines, std::int32_t n) {
  std::uint64_t* words = add_page(page, lines[n - 1] / kWordBits + 1);
  if (words == nullptr) {
    return false;
  }
  for (std::int32_t i = 0; i < n; ++i) {
    words[lines[i] / kWordBits] |= std::uint64_t{1} << (lines[i] % kWordBits);
  }
  count_ += n;
  return true;
}

bool RowBits::add_whole(std::uint32_t page, std::uint16_t most_lines) {
  std::uint64_t* words = add_page(page, most_lines / kWordBits + 1);
  if (words == nullptr) {
    return false;
  }
  for (std::uint32_t line = 1; line <= most_lines; ++line) {
    words[line / kWordBits] |= std::uint64_t{1} << (line % kWordBits);
  }
  count_ += most_lines;
  return true;
}

}  // namespace vecext
