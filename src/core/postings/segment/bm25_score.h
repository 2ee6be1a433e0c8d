// The score of a document for a term, BM25 (Robertson, Zaragoza, "The probabilistic relevance
// framework", 2009) with Lucene's idf, which is never negative:
//
//   score = idf * (k1 + 1) * f / (f + norm(length))
//   idf = ln(1 + (N - df + .5) / (df + .5)),  norm = k1 * (1 - b + b * length / average)
//
// f is the term's frequency in the document, at most kMostFrequency. The document's length is
// decoded from the code that pages have of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/postings/segment/length_code.h"

namespace vecext::postings {

struct Bm25 {
  float k1 = 1.2F;
  float b = 0.75F;

  friend bool operator==(const Bm25&, const Bm25&) = default;
};

/// The greatest frequency that counts: greater ones count as this one, which changes a score by
/// less than 1 % of the term's weight.
inline constexpr std::uint32_t kMostFrequency = 127;

/// How many documents an index has, and the sum of their decoded lengths. Removed documents count
/// until their segment is written again.
struct TextStatistics {
  std::uint64_t documents = 0;
  std::uint64_t tokens = 0;

  double average() const {
    return documents == 0 || tokens == 0
               ? 1.0
               : static_cast<double>(tokens) / static_cast<double>(documents);
  }
};

/// Returns the idf of a term in `df` documents. `df` may be greater than `documents` if it was read
/// later. In this case `df` is taken for both.
inline double idf_of(std::uint64_t documents, std::uint64_t df) {
  const auto n = static_cast<double>(std::max(documents, df));
  const auto d = static_cast<double>(df);
  return std::log1p((n - d + 0.5) / (d + 0.5));
}

/// Returns the weight that a term in `df` documents has in a query that has the term once.
inline double term_weight(const Bm25& bm25, std::uint64_t documents, std::uint64_t df) {
  return idf_of(documents, df) * (static_cast<double>(bm25.k1) + 1);
}

inline double norm_of(const Bm25& bm25, double average, std::uint8_t length) {
  const double b = static_cast<double>(bm25.b);
  return static_cast<double>(bm25.k1) * (1 - b + b * decoded_length(length) / average);
}

inline constexpr std::size_t kLengthCodes = 256;

/// The norm of each code of a length.
struct Norms {
  float of[kLengthCodes];

  void set(const Bm25& bm25, double average) {
    for (std::size_t i = 0; i < kLengthCodes; ++i) {
      of[i] = static_cast<float>(norm_of(bm25, average, static_cast<std::uint8_t>(i)));
    }
  }
};

/// Returns f / (f + norm), which is between 0 and 1, as a byte, rounded up.
inline std::uint8_t impact_code(std::uint32_t extra, float norm) {
  const double f = extra + 1.0;
  const double impact = f / (f + static_cast<double>(norm));
  return static_cast<std::uint8_t>(std::ceil(std::min(impact, 1.0) * 255));
}

/// Returns the bound of a posting that has the code of a weight. It is never 0, since a bound of 0
/// says that there are no postings.
inline std::uint8_t bound_of_code(std::uint32_t extra) {
  return static_cast<std::uint8_t>(extra + 1);
}

/// Returns the factor by which to multiply bounds that were made with parameters `then` and average
/// length `average_then`, so that they hold with `now` and `average_now`. It is the greatest ratio
/// between f / (f + norm) with the norm of now and with the norm of then, for any length: (f + norm
/// then) / (f + norm now) <= max(1, norm then / norm now).
inline double bound_growth(const Bm25& then, double average_then, const Bm25& now,
                           double average_now) {
  double growth = 1;
  if (then == now) {
    growth = std::max(1.0, average_now / average_then);
  } else {
    for (std::size_t i = 0; i < kLengthCodes; ++i) {
      const auto length = static_cast<std::uint8_t>(i);
      const double before = norm_of(then, average_then, length);
      const double after = norm_of(now, average_now, length);
      growth = std::max(growth, after > 0 ? before / after : before > 0 ? HUGE_VAL : 1.0);
    }
  }
  return growth;
}

}  // namespace vecext::postings
