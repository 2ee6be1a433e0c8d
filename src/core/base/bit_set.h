// A set of numbers from 0 on, as bits in memory of an arena.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"

namespace vecext {

/// Returns the number of bits that are set. (On the baseline of x86, std::popcount() is a function
/// call.)
constexpr std::uint32_t count_bits(std::uint64_t word) {
  constexpr std::uint64_t kPairs = 0x5555555555555555;
  constexpr std::uint64_t kFours = 0x3333333333333333;
  constexpr std::uint64_t kBytes = 0x0F0F0F0F0F0F0F0F;
  word -= word >> 1 & kPairs;
  word = (word & kFours) + (word >> 2 & kFours);
  return static_cast<std::uint32_t>(((word + (word >> 4)) & kBytes) * 0x0101010101010101 >> 56);
}

class BitSet {
 public:
  /// Makes the set empty, with room for the numbers below `end`. Returns false if memory runs out.
  bool reset(std::size_t end, Arena arena) {
    word_count_ = end / kBits + 1;
    words_ = arena.array<std::uint64_t>(word_count_);
    if (words_ == nullptr) {
      return false;
    }
    std::fill_n(words_, word_count_, 0);
    return true;
  }

  /// `number` must be below the `end` that reset() was called with.
  void add(std::size_t number) { words_[number / kBits] |= bit(number); }
  void remove(std::size_t number) { words_[number / kBits] &= ~bit(number); }

  /// `number` may be any number.
  bool contains(std::size_t number) const { return number / kBits < word_count_ && has(number); }

  /// Returns which of the 32 numbers from `first` on are in the set, as bits.
  std::uint32_t from(std::size_t first) const {
    const std::size_t word = first / kBits;
    const std::uint64_t low = word < word_count_ ? words_[word] >> first % kBits : 0;
    const bool goes_on = first % kBits > 32 && word + 1 < word_count_;
    return static_cast<std::uint32_t>(low |
                                      (goes_on ? words_[word + 1] << (kBits - first % kBits) : 0));
  }

  /// Returns how many numbers the set has. It reads every word. (Counting in add() instead would
  /// make add() many times as slow for large sets.)
  std::size_t count() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < word_count_; ++i) {
      sum += count_bits(words_[i]);
    }
    return sum;
  }

  /// Removes the first number that is in word `*word` or a word after it. Sets `*number` to it, and
  /// `*word` to the word that had it. Returns false if these words are empty.
  bool pop_from(std::size_t* word, std::size_t* number) {
    for (; *word < word_count_; ++*word) {
      std::uint64_t& left = words_[*word];
      if (left != 0) {
        *number = *word * kBits + static_cast<std::size_t>(std::countr_zero(left));
        left &= left - 1;
        return true;
      }
    }
    return false;
  }

  /// Calls visit(number) for each number, in ascending order.
  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t i = 0; i < word_count_; ++i) {
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
        visit(i * kBits + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  static constexpr std::size_t kBits = 64;

  static std::uint64_t bit(std::size_t number) { return std::uint64_t{1} << number % kBits; }
  bool has(std::size_t number) const { return (words_[number / kBits] & bit(number)) != 0; }

  std::uint64_t* words_ = nullptr;
  std::size_t word_count_ = 0;
};

}  // namespace vecext
