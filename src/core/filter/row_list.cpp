#include "core/filter/row_list.h"

#include <algorithm>

namespace vecext {

namespace {

/// Keys are sorted by so many bits at a time, the lowest first.
constexpr int kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

/// Sorts by one digit from `from` into `to`, keys of the same in their order.
void sort_by_digit(const std::uint64_t* from, std::uint64_t* to, std::size_t n, int shift) {
  std::uint32_t begin[kDigits] = {};
  for (std::size_t i = 0; i < n; ++i) {
    ++begin[from[i] >> shift & (kDigits - 1)];
  }
  std::uint32_t sum = 0;
  for (std::uint32_t& count : begin) {
    const std::uint32_t before = sum;
    sum += count;
    count = before;
  }
  for (std::size_t i = 0; i < n; ++i) {
    to[begin[from[i] >> shift & (kDigits - 1)]++] = from[i];
  }
}

}  // namespace

bool RowList::sort() {
  if (is_sorted_) {
    return true;
  }
  auto* other = arena_.array<std::uint64_t>(room_);
  if (other == nullptr) {
    return false;
  }
  for (int shift = 0; most_ >> shift != 0; shift += kDigitBits) {
    sort_by_digit(keys_, other, count_, shift);
    std::swap(keys_, other);
  }
  count_ = static_cast<std::size_t>(std::unique(keys_, keys_ + count_) - keys_);
  is_sorted_ = true;
  return true;
}

void RowList::intersect(const RowList& other) {
  std::size_t kept = 0;
  for (std::size_t i = 0, j = 0; i < count_ && j < other.count_;) {
    if (keys_[i] < other.keys_[j]) {
      ++i;
    } else if (other.keys_[j] < keys_[i]) {
      ++j;
    } else {
      keys_[kept++] = keys_[i++];
    }
  }
  count_ = kept;
}

bool RowList::unite(const RowList& other) {
  const std::size_t room = count_ + other.count_;
  auto* both = arena_.array<std::uint64_t>(room);
  if (both == nullptr) {
    return false;
  }
  count_ = static_cast<std::size_t>(
      std::set_union(keys_, keys_ + count_, other.keys_, other.keys_ + other.count_, both) - both);
  keys_ = both;
  room_ = room;
  most_ = std::max(most_, other.most_);
  last_line_ = std::max(last_line_, other.last_line_);
  return true;
}

bool RowList::fill(RowBits* set) {
  // To mark them takes a quarter to nine tenths of the time of sorting where pages up to the last
  // take no more than twice as many words as there are rows.
  const std::uint64_t pages = (most_ >> kLineBits) + 1;
  const std::uint64_t words_a_page = std::uint64_t{last_line_} / 64 + 1;
  if (pages * words_a_page <= std::min<std::uint64_t>(2 * count_, UINT32_MAX)) {
    return set->add_unordered(
        count_, [this](std::size_t i) { return row(i); }, static_cast<std::uint32_t>(pages),
        static_cast<std::uint32_t>(words_a_page));
  }
  return sort() && append(set);
}

bool RowList::append(RowBits* set) const {
  std::uint16_t lines[kMostLine + 1];
  for (std::size_t i = 0; i < count_;) {
    const auto page = static_cast<std::uint32_t>(keys_[i] >> kLineBits);
    std::int32_t n = 0;
    for (; i < count_ && keys_[i] >> kLineBits == page; ++i) {
      lines[n++] = static_cast<std::uint16_t>(keys_[i] & kMostLine);
    }
    if (!set->add(page, lines, n)) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext
