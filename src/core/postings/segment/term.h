// Terms. A term is a string of bytes, as text search configurations make them. Terms are in the
// order of their bytes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/base/random.h"

namespace vecext::postings {

/// The longest lexeme of a tsvector (MAXSTRLEN).
inline constexpr std::uint32_t kLongestTerm = 2047;

struct Term {
  const char* bytes;
  std::uint32_t length;
};

inline int compare(const Term& a, const Term& b) {
  const std::uint32_t common = std::min(a.length, b.length);
  const int order = common == 0 ? 0 : std::memcmp(a.bytes, b.bytes, common);
  return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/// Returns the first bytes of a term as a number. If the numbers of two terms differ, the terms are
/// in the order of these numbers.
inline std::uint64_t first_bytes(const Term& term) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, term.bytes, std::min<std::size_t>(term.length, sizeof bytes));
  return std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes;
}

inline std::uint32_t common_prefix(const Term& a, const Term& b) {
  const std::uint32_t most = std::min(a.length, b.length);
  std::uint32_t n = 0;
  while (n < most && a.bytes[n] == b.bytes[n]) {
    ++n;
  }
  return n;
}

inline bool has_prefix(const Term& term, const Term& prefix) {
  return term.length >= prefix.length && common_prefix(term, prefix) == prefix.length;
}

/// Returns the FNV-1a hash. It is on pages of pending documents, and must never change.
inline std::uint32_t hash_of(const Term& term) {
  std::uint32_t hash = 0x811C9DC5u;
  for (std::uint32_t i = 0; i < term.length; ++i) {
    hash = (hash ^ static_cast<std::uint8_t>(term.bytes[i])) * 0x01000193u;
  }
  return hash;
}

template <class Word>
std::uint64_t word_at(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Returns a hash for tables in memory. Unlike with hash_of(), nobody who does not know `seed` can
/// choose terms that collide. Terms that differ only in zero bytes at their ends have the same
/// hash, but such terms are rare.
inline std::uint32_t table_hash(const Term& term, std::uint64_t seed) {
  std::uint64_t hash = seed;
  const char* at = term.bytes;
  std::uint32_t left = term.length;
  for (; left > 8; left -= 8, at += 8) {
    hash = Random(hash ^ word_at<std::uint64_t>(at)).next();
  }
  std::uint64_t last = 0;
  if (left >= 4) {
    // The two words overlap. The shift drops the bytes of the second word that the first word also
    // has.
    const std::uint64_t second = word_at<std::uint32_t>(at + left - 4) >> 8 * (8 - left);
    last = second << 32 | word_at<std::uint32_t>(at);
  } else {
    for (; left > 0; --left) {
      last = last << 8 | static_cast<std::uint8_t>(*at++);
    }
  }
  return static_cast<std::uint32_t>(Random(hash ^ last).next());
}

// Numbers are stored in as many bytes as they need: seven bits each, the lowest first.

inline constexpr std::size_t kLongestNumber = 10;

inline std::uint8_t* put_number(std::uint8_t* to, std::uint64_t x) {
  for (; x >= 128; x >>= 7) {
    *to++ = static_cast<std::uint8_t>(x | 128);
  }
  *to++ = static_cast<std::uint8_t>(x);
  return to;
}

/// Reads a number. Returns a pointer to the byte after it, or null if the number does not end
/// before `end`.
inline const std::uint8_t* get_number(const std::uint8_t* at, const std::uint8_t* end,
                                      std::uint64_t* x) {
  *x = 0;
  for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
    const std::uint8_t byte = *at++;
    *x |= static_cast<std::uint64_t>(byte & 127) << shift;
    if (byte < 128) {
      return at;
    }
  }
  return nullptr;
}

inline std::size_t number_bytes(std::uint64_t x) {
  std::size_t n = 1;
  for (; x >= 128; x >>= 7) {
    ++n;
  }
  return n;
}

}  // namespace vecext::postings
