// Loops over posting lists of a text index: packed numbers, scores of postings, document bits. They
// are written once over the primitives of an instruction set, and give equal results in all tables.
//
// 128 numbers of w bits are packed into four lanes (Lemire, Boytsov, "Decoding billions of integers
// per second through vectorization", 2015): number i is in lane i % 4. Each lane has 32 numbers,
// one after another from the lowest bit of its first word on. Word j of lane l lies at byte 16 j +
// 4 l.
#pragma once

#include <utility>

#include "core/kernel/loops.h"
#include "core/kernel/scan.h"

namespace vecext::kernel {
namespace {

constexpr std::size_t kPackedRows = 32;

using FourWords [[gnu::vector_size(16)]] = std::uint32_t;

inline void store_words(void* to, FourWords words) {
  std::memcpy(to, &words, sizeof words);
}

/// Stores rows of four numbers in their order, as they are.
struct KeepNumbers {
  std::uint32_t* out;

  void add(FourWords row) {
    store_words(out, row);
    out += 4;
  }
};

/// Adds up gaps to numbers. Each gap was stored less one.
struct SumGaps {
  std::uint32_t* out;
  FourWords before;  // the last number of the row before, in all lanes

  void add(FourWords row) {
    row += FourWords{1, 1, 1, 1};
    row += __builtin_shufflevector(FourWords{}, row, 0, 4, 5, 6);
    row += __builtin_shufflevector(FourWords{}, row, 0, 1, 4, 5);
    row += before;
    store_words(out, row);
    out += 4;
    before = __builtin_shufflevector(row, row, 3, 3, 3, 3);
  }
};

/// Unpacks row by row. All shifts are constants to the compiler.
template <unsigned kWidth, class Sink>
[[gnu::always_inline]] inline void unpack_rows(const std::uint8_t* bytes, Sink sink) {
  if constexpr (kWidth == 0) {
    for (std::size_t row = 0; row < kPackedRows; ++row) {
      sink.add(FourWords{});
    }
  } else {
    constexpr std::uint32_t kMask = static_cast<std::uint32_t>((std::uint64_t{1} << kWidth) - 1);
    FourWords word = load_unaligned<FourWords>(bytes);
    unsigned shift = 0;
#pragma GCC unroll 32
    for (std::size_t row = 0; row < kPackedRows; ++row) {
      FourWords numbers = word >> shift;
      shift += kWidth;
      if (shift >= 32) {
        shift -= 32;
        if (row + 1 < kPackedRows) {
          bytes += sizeof word;
          word = load_unaligned<FourWords>(bytes);
          if (shift > 0) {
            numbers |= word << (kWidth - shift);
          }
        }
      }
      sink.add(numbers & kMask);
    }
  }
}

template <unsigned kWidth>
void unpack_width(const std::uint8_t* bytes, std::uint32_t* numbers) {
  unpack_rows<kWidth>(bytes, KeepNumbers{numbers});
}

template <unsigned kWidth>
void unpack_gaps_width(const std::uint8_t* bytes, std::uint32_t first, std::uint32_t* numbers) {
  const std::uint32_t before = first - 1;
  unpack_rows<kWidth>(bytes, SumGaps{numbers, FourWords{before, before, before, before}});
}

template <unsigned... kWidths>
void unpack_by_width(const std::uint8_t* bytes, unsigned width, std::uint32_t* numbers,
                     std::integer_sequence<unsigned, kWidths...>) {
  static constexpr void (*kLoops[])(const std::uint8_t*,
                                    std::uint32_t*) = {unpack_width<kWidths>...};
  kLoops[width](bytes, numbers);
}

template <unsigned... kWidths>
void unpack_gaps_by_width(const std::uint8_t* bytes, unsigned width, std::uint32_t first,
                          std::uint32_t* numbers, std::integer_sequence<unsigned, kWidths...>) {
  static constexpr void (*kLoops[])(const std::uint8_t*, std::uint32_t,
                                    std::uint32_t*) = {unpack_gaps_width<kWidths>...};
  kLoops[width](bytes, first, numbers);
}

using AllWidths = std::make_integer_sequence<unsigned, 32>;

inline void unpack(const std::uint8_t* bytes, unsigned width, std::uint32_t* numbers) {
  unpack_by_width(bytes, width, numbers, AllWidths{});
}

inline void unpack_gaps(const std::uint8_t* bytes, unsigned width, std::uint32_t first,
                        std::uint32_t* numbers) {
  unpack_gaps_by_width(bytes, width, first, numbers, AllWidths{});
}

inline void pack(const std::uint32_t* numbers, unsigned width, std::uint8_t* bytes) {
  if (width == 0) {
    return;
  }
  FourWords word = {};
  unsigned shift = 0;
  for (std::size_t row = 0; row < kPackedRows; ++row) {
    const FourWords row_numbers = load_unaligned<FourWords>(numbers + 4 * row);
    word |= row_numbers << shift;
    shift += width;
    if (shift >= 32) {
      store_words(bytes, word);
      bytes += sizeof word;
      shift -= 32;
      word = shift > 0 ? row_numbers >> (width - shift) : FourWords{};
    }
  }
}

/// Returns the score of one posting. It is computed by a multiplication, a division and an
/// addition, which the compiler cannot fuse, so it is equal in all tables.
inline std::int32_t score_of(std::uint32_t extra, std::uint8_t length, const PostingTerms& terms) {
  const float frequency = static_cast<float>(extra) + 1;
  return 1 +
         static_cast<std::int32_t>(terms.weight * frequency / (frequency + terms.norms[length]));
}

template <class L>
void score_postings(const std::uint32_t* documents, const std::uint32_t* extra, std::size_t n,
                    const PostingTerms& terms, std::int32_t* scores) {
  std::size_t i = 0;
  if constexpr (requires { L::score(documents, extra, terms, scores); }) {
    constexpr std::size_t kStep = sizeof(typename L::Floats) / sizeof(float);
    for (; i + kStep <= n; i += kStep) {
      L::score(documents + i, extra + i, terms, scores + i);
    }
  }
  for (; i < n; ++i) {
    scores[i] = score_of(extra[i], terms.lengths[documents[i] - terms.first], terms);
  }
}

/// Returns as bits which of 64 numbers are greater than `limit`.
template <class L>
[[gnu::always_inline]] inline std::uint64_t group_above(const std::int32_t* x, std::int32_t limit) {
  std::uint64_t bits = 0;
  if constexpr (requires { L::above(x, limit); }) {
    constexpr std::size_t kStep = sizeof(typename L::Floats) / sizeof(float);
    for (std::size_t i = 0; i < 64; i += kStep) {
      bits |= static_cast<std::uint64_t>(L::above(x + i, limit)) << i;
    }
  } else {
    for (std::size_t i = 0; i < 64; ++i) {
      bits |= static_cast<std::uint64_t>(x[i] > limit) << i;
    }
  }
  return bits;
}

template <class L>
std::size_t keep_above(const std::uint32_t* documents, const std::int32_t* scores, std::size_t n,
                       std::int32_t limit, ScoredDocument* out) {
  std::size_t count = 0;
  std::size_t i = 0;
  if constexpr (requires { L::above(scores, limit); }) {
    constexpr std::size_t kStep = sizeof(typename L::Floats) / sizeof(float);
    for (; i + kStep <= n; i += kStep) {
      for (std::uint32_t left = L::above(scores + i, limit); left != 0; left &= left - 1) {
        const std::size_t at = i + static_cast<std::size_t>(__builtin_ctz(left));
        out[count++] = {documents[at], scores[at]};
      }
    }
  }
  for (; i < n; ++i) {
    if (scores[i] > limit) {
      out[count++] = {documents[i], scores[i]};
    }
  }
  return count;
}

template <class L>
std::size_t collect(std::int32_t* scores, std::uint8_t* touched, const std::uint64_t* allowed,
                    std::size_t groups, std::uint32_t first, std::int32_t limit,
                    ScoredDocument* out) {
  std::size_t count = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    if (touched[group] == 0) {
      continue;
    }
    touched[group] = 0;
    std::int32_t* x = scores + 64 * group;
    std::uint64_t left = group_above<L>(x, limit) & (allowed == nullptr ? ~0ull : allowed[group]);
    for (; left != 0; left &= left - 1) {
      const auto at = static_cast<std::size_t>(__builtin_ctzll(left));
      out[count++] = {static_cast<std::uint32_t>(first + 64 * group + at), x[at]};
    }
    std::memset(x, 0, 64 * sizeof *x);
  }
  return count;
}

/// Returns the bits of `word` at the places where `mask` has bits, moved together at the low end.
template <class L>
[[gnu::always_inline]] inline std::uint64_t extract_word(std::uint64_t word, std::uint64_t mask) {
  if constexpr (requires { L::extract(word, mask); }) {
    return L::extract(word, mask);
  } else {
    if (mask == 0) {
      return 0;
    }
    // Most masks are one run of bits.
    const int first = __builtin_ctzll(mask);
    const std::uint64_t run = mask >> first;
    if ((run & (run + 1)) == 0) {
      return (word & mask) >> first;
    }
    std::uint64_t bits = 0;
    for (unsigned at = 0; mask != 0; mask &= mask - 1, ++at) {
      bits |= (word >> __builtin_ctzll(mask) & 1) << at;
    }
    return bits;
  }
}

template <class L>
void extract_bits(const std::uint64_t* words, const std::uint64_t* masks, const std::uint32_t* at,
                  std::size_t n, std::uint64_t* out) {
  if (n == 0) {
    return;
  }
  // `low` is the word of `out` in which the bits begin, and `high` is the word after it. Both are
  // stored in each round but never loaded again, so that no round waits for memory.
  std::uint32_t word = at[0] / 64;
  std::uint64_t low = out[word];
  std::uint64_t high = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t bits = extract_word<L>(words[i], masks[i]);
    const std::uint32_t shift = at[i] % 64;
    const std::uint32_t next = at[i] / 64;
    low = next == word ? low : next == word + 1 ? high : 0;
    high = next == word ? high : 0;
    low |= bits << shift;
    high |= bits >> 1 >> (63 - shift);
    out[next] = low;
    out[next + 1] = high;
    word = next;
  }
}

/// True if any lane is not 0.
template <class Ints>
[[gnu::always_inline]] inline bool has_any(const Ints& lanes) {
  std::uint64_t words[sizeof(Ints) / sizeof(std::uint64_t)];
  std::memcpy(words, &lanes, sizeof lanes);
  std::uint64_t any = 0;
  for (const std::uint64_t word : words) {
    any |= word;
  }
  return any != 0;
}

/// Compares a vector of hashes at a time with all wanted hashes. Few vectors have a wanted hash.
template <class L>
std::size_t find_hashes(const std::uint32_t* hashes, std::size_t n, const std::uint32_t* wanted,
                        std::size_t count, std::uint16_t* places) {
  using Ints = typename Vectors<sizeof(typename L::Floats)>::Ints;
  constexpr std::size_t kStep = sizeof(Ints) / sizeof(std::uint32_t);
  std::size_t found = 0;
  const auto note = [&](std::size_t from, std::size_t end) {
    for (std::size_t i = from; i < end; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        if (hashes[i] == wanted[j]) {
          places[found++] = static_cast<std::uint16_t>(i);
          break;
        }
      }
    }
  };
  std::size_t i = 0;
  for (; i + kStep <= n; i += kStep) {
    const Ints some = load_unaligned<Ints>(hashes + i);
    Ints equal = {};
    for (std::size_t j = 0; j < count; ++j) {
      equal |= some == static_cast<std::int32_t>(wanted[j]);
    }
    if (has_any(equal)) [[unlikely]] {
      note(i, i + kStep);
    }
  }
  note(i, n);
  return found;
}

template <class L>
constexpr TextKernels text_kernels() {
  return {pack,          unpack,     unpack_gaps,     score_postings<L>,
          keep_above<L>, collect<L>, extract_bits<L>, find_hashes<L>};
}

}  // namespace
}  // namespace vecext::kernel
