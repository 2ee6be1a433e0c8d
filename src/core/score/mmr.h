// Maximal marginal relevance (Carbonell, Goldstein 1998): chooses hits that are relevant, and
// unlike those chosen before.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vecext {

/// Returns what a candidate is worth. `nearest` is its similarity to the most similar one chosen.
/// If it has no similarity to any, as a vector without a direction has none by the cosine, it
/// counts as unlike all of them.
inline double marginal_relevance(double relevance, double lambda, double nearest) {
  const double penalty = (1 - lambda) * nearest;
  return lambda * relevance - (penalty > -std::numeric_limits<double>::infinity() ? penalty : 0);
}

/// Puts the numbers of chosen candidates into `chosen`, in the order of choice: first the most
/// relevant, then always the candidate with the largest lambda * relevance - (1 - lambda) * (its
/// similarity to the most similar one chosen). Among equal ones the smaller number comes first;
/// candidates that have no such value come last. `nearest` has room for a number for each
/// candidate. similarity(i, j) is called for each candidate and each chosen one. chosen.size() <=
/// relevance.size() == nearest.size().
template <class Similarity>
void choose_by_marginal_relevance(std::span<const double> relevance, double lambda,
                                  std::span<double> nearest, std::span<std::int32_t> chosen,
                                  Similarity similarity) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  // `nearest` of a chosen candidate is NaN.
  for (double& value : nearest) {
    value = kNone;
  }
  for (std::size_t picks = 0; picks < chosen.size(); ++picks) {
    std::size_t best = relevance.size();
    double best_value = kNone;
    for (std::size_t i = 0; i < relevance.size(); ++i) {
      if (std::isnan(nearest[i])) {
        continue;
      }
      const double value =
          picks == 0 ? relevance[i] : marginal_relevance(relevance[i], lambda, nearest[i]);
      if (best == relevance.size() || value > best_value ||
          (std::isnan(best_value) && !std::isnan(value))) {
        best = i;
        best_value = value;
      }
    }
    chosen[picks] = static_cast<std::int32_t>(best);
    nearest[best] = std::numeric_limits<double>::quiet_NaN();
    if (picks + 1 == chosen.size()) {
      break;
    }
    for (std::size_t i = 0; i < relevance.size(); ++i) {
      if (!std::isnan(nearest[i])) {
        const double like = similarity(i, best);
        nearest[i] = like > nearest[i] ? like : nearest[i];
      }
    }
  }
}

}  // namespace vecext
