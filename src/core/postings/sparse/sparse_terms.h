// Sparse vectors as documents. A term is a dimension together with the sign of its weight, and a
// posting has the code of the weight.
#pragma once

#include "core/postings/sparse/weight_code.h"
#include "core/postings/segment/term.h"
#include "core/value/views.h"

namespace vecext::sparse {

// Returns a weight. A stored vector may lie at any address, so it is read without alignment.
inline float weight_at(const SparsevecView& vector, std::int32_t i) {
  float weight;
  __builtin_memcpy(&weight, vector.values + i, sizeof weight);
  return weight;
}
inline std::uint32_t dimension_at(const SparsevecView& vector, std::int32_t i) {
  std::uint32_t dimension;
  __builtin_memcpy(&dimension, vector.indices + i, sizeof dimension);
  return dimension;
}

inline constexpr std::uint32_t kMostTermBytes = 5;

/// Writes the bytes of a term, whose order is that of the dimensions. `bytes` has room for
/// kMostTermBytes. A term of a dimension below 2^30 has four bytes. The first bit of the five bytes
/// of any other term is set, so that the term follows all those of four bytes.
inline postings::Term put_term(std::uint32_t dimension, bool is_negative, char* bytes) {
  const std::uint64_t number = 2 * std::uint64_t{dimension} + (is_negative ? 1 : 0);
  const bool is_short = number >> 31 == 0;
  const std::uint64_t shown = is_short ? number << 8 : number | std::uint64_t{1} << 39;
  for (std::uint32_t i = 0; i < kMostTermBytes; ++i) {
    bytes[i] = static_cast<char>(shown >> (32 - 8 * i));
  }
  return {bytes, is_short ? kMostTermBytes - 1 : kMostTermBytes};
}

/// A term of a document.
struct SparseTerm {
  char bytes[kMostTermBytes];
  std::uint32_t length;
  std::uint32_t code;
};

/// Makes the terms of a vector and returns their number. All weights must be within the range.
/// `terms` has room for all non-zero elements.
std::uint32_t make_terms(const SparsevecView& vector, const WeightRange& range, SparseTerm* terms);

/// What is known of the weights of some vectors.
struct WeightsSeen {
  float greatest = 0;  // greatest amount of a weight
  bool has_negative = false;

  void add(const SparsevecView& vector);
};

/// Makes the range of an index admit the weights that were seen. Returns false if it already admits
/// them, so that nothing has changed.
bool admit(const WeightsSeen& seen, TextMeta* meta);

}  // namespace vecext::sparse
