// What is looked for: terms, each once, with how often the query has it; then their weights.
#pragma once

#include "core/base/arena.h"
#include "core/text/segment/bm25.h"
#include "core/text/segment/term.h"

namespace vecext::text {

struct QueryTerm {
  Term term;
  std::uint32_t hash;
  std::uint32_t count;  // in the query
  std::uint64_t df;     // in segments and pending documents
  float weight;         // in units of the query's scores
};

/// Scores are whole numbers, so that a sum does not depend on the order of its terms: equal
/// documents have equal scores, and no comparison needs a margin. The weights' sum is kWeightSum
/// units, and a posting's score is rounded up to the next unit: a match scores at least 1.
struct Query {
  QueryTerm* terms;  // ascending
  std::uint32_t count;
  double unit;  // score of a unit
  Norms norms;
};

inline constexpr double kWeightSum = 1 << 30;

/// Makes a query of `count` terms, with duplicates, in memory of `arena`; the terms' bytes stay
/// where they are. False: out of memory.
bool make_query(const Term* terms, std::uint32_t count, Arena arena, Query* query);

/// Sets weights and norms; each term's df is set.
void set_weights(Query* query, const Bm25& bm25, const TextStatistics& statistics);

/// The score of one posting in units, as the kernel has it.
inline std::int32_t units_of(float weight, const Norms& norms, std::uint8_t length,
                             std::uint32_t extra) {
  const float frequency = static_cast<float>(extra) + 1;
  return 1 + static_cast<std::int32_t>(weight * frequency / (frequency + norms.of[length]));
}

/// Bounds of the scores of a term's postings in a segment, by the codes in its pages.
class BoundScale {
 public:
  BoundScale() = default;
  BoundScale(float weight, double growth)
      : weight_(static_cast<double>(weight)), code_(weight_ * growth / 255) {}

  /// No posting of a block of that code has a greater score. The margin is for the roundings of
  /// norms and scores in float.
  std::int32_t of(std::uint8_t code) const {
    return 2 + static_cast<std::int32_t>(std::min(weight_, code_ * code) * (1 + 0x1p-20));
  }

 private:
  double weight_ = 0;
  double code_ = 0;
};

}  // namespace vecext::text
