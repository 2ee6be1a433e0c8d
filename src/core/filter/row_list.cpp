#include "core/filter/row_list.h"

#include <algorithm>

namespace vecext {

namespace {

/// How many bits of the keys are sorted by at a time, from the lowest bits on.
constexpr int kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

/// Copies keys from `from` to `to`, sorted by the digit that begins at bit `shift`. Keys with the
/// same digit keep their order.
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

/// The most words of bits for each row with which bits are faster than sorting. They then take a
/// quarter to nine tenths of its time.
constexpr std::size_t kFastWords = 2;

/// The most words of bits for each row that a set may take if it has more rows than its list may
/// have.
constexpr std::size_t kMostWords = 16;

}  // namespace

bool RowList::sort() {
  if (bits_.count() > 0) {
    return make_bits();
  }
  if (is_sorted_) {
    return true;
  }
  if (!sort_by_digits(0)) {
    return false;
  }
  count_ = static_cast<std::size_t>(std::unique(keys_, keys_ + count_) - keys_);
  is_sorted_ = true;
  return true;
}

bool RowList::sort_by_digits(int shift) {
  auto* other = arena_.array<std::uint64_t>(room_);
  if (other == nullptr) {
    return false;
  }
  for (; most_ >> shift != 0; shift += kDigitBits) {
    sort_by_digit(keys_, other, count_, shift);
    std::swap(keys_, other);
  }
  return true;
}

bool RowList::make_room(std::size_t n) {
  if (count_ > 0 && count_ + n > most_listed_) {
    if (!fits_bits(kMostWords * count())) {
      is_full_ = true;
    } else if (!make_bits()) {
      return false;
    }
  }
  return reserve(arena_, count_, count_ + n, kFewest, &room_, &keys_);
}

void RowList::drop_outside(std::size_t first) {
  std::size_t kept = first;
  for (std::size_t i = first; i < count_; ++i) {
    keys_[kept] = keys_[i];
    kept += within_->contains(row(i)) ? 1 : 0;
  }
  count_ = kept;
}

bool RowList::make_bits() {
  const std::size_t n = count_;
  count_ = 0;
  return bits_.add(
      n, [this](std::size_t i) { return row(i); }, static_cast<std::uint32_t>(most_ >> kLineBits),
      last_line_);
}

bool RowList::intersect(const RowList& other) {
  if (other.bits_.count() > 0) {
    keep_if([&other](RowId row) { return other.bits_.contains(row); });
    return true;
  }
  if (bits_.count() > 0) {
    const UnorderedRows bits = bits_;
    bits_ = UnorderedRows(arena_);
    if (!add(other.count_, [&other](std::size_t i) { return other.row(i); })) {
      return false;
    }
    keep_if([&bits](RowId row) { return bits.contains(row); });
    return true;
  }
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
  return true;
}

bool RowList::unite(const RowList& other) {
  if (other.count() == 0) {
    return true;
  }
  if (other.bits_.count() > 0) {
    return make_bits() && bits_.add(other.bits_);
  }
  if (bits_.count() > 0 || count_ + other.count_ > most_listed_) {
    return add(other.count_, [&other](std::size_t i) { return other.row(i); }) && sort();
  }
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
  if (bits_.count() > 0 || fits_bits(kFastWords * count_)) {
    return make_bits() && set->add(bits_);
  }
  // A set takes the rows of a group of pages in any order, so they are sorted only by their groups.
  return (is_sorted_ || sort_by_digits(kLineBits + RowBits::kGroupPagesBits)) &&
         set->add_groups(
             count_, [this](std::size_t i) { return row(i); }, last_line_);
}

}  // namespace vecext
