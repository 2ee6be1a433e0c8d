// Sparse vectors as documents: a term is a dimension, with a bit for the sign of its weight, and a
// posting has the code of the weight.
#pragma once

#include "core/postings/sparse/weight_code.h"
#include "core/postings/segment/term.h"
#include "core/value/views.h"

namespace vecext::sparse {

// A stored vector may lie at any address.
inline float weight_at(const SparsevecView& vector, std::int32_t i) {
  float weight;
  __builtin_memcpy(&weight, vector.values + i, sizeof weight);
  return weight;
}
inline std::int32_t dimension_at(const SparsevecView& vector, std::int32_t i) {
  std::int32_t dimension;
  __builtin_memcpy(&dimension, vector.indices + i, sizeof dimension);
  return dimension;
}

inline constexpr std::uint32_t kTermBytes = 4;

/// Sets the bytes of a term. Terms are in the order of dimensions.
inline postings::Term put_term(std::int32_t dimension, bool is_negative, char* bytes) {
  const std::uint32_t number = 2 * static_cast<std::uint32_t>(dimension) + (is_negative ? 1 : 0);
  for (std::uint32_t i = 0; i < kTermBytes; ++i) {
    bytes[i] = static_cast<char>(number >> (24 - 8 * i));
  }
  return {bytes, kTermBytes};
}

/// A term of a document.
struct SparseTerm {
  char bytes[kTermBytes];
  std::uint32_t code;
};

/// Makes the terms of a vector, whose weights are within the range. `terms` has room for all its
/// non-zeros. Returns how many terms there are.
std::uint32_t make_terms(const SparsevecView& vector, const WeightRange& range, SparseTerm* terms);

/// What is known of the weights of some vectors.
struct WeightsSeen {
  float greatest = 0;  // greatest amount
  bool has_negative = false;

  void add(const SparsevecView& vector);
};

/// Makes the range of an index admit the weights. Returns false if it does already.
bool admit(const WeightsSeen& seen, TextMeta* meta);

}  // namespace vecext::sparse
