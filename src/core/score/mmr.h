// Maximal marginal relevance (Carbonell, Goldstein 1998). It chooses hits that are relevant and
// also unlike the hits chosen before.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vecext {

/// Returns the marginal relevance of a candidate. `nearest` is the candidate's similarity to the
/// most similar of the candidates chosen before. It is minus infinity if the candidate has no
/// similarity to any of them, as is so for the cosine of a vector without a direction. Such a
/// candidate counts as unlike all of them.
inline double marginal_relevance(double relevance, double lambda, double nearest) {
  const double penalty = (1 - lambda) * nearest;
  return lambda * relevance - (penalty > -std::numeric_limits<double>::infinity() ? penalty : 0);
}

/// Chooses chosen.size() candidates, and sets `chosen` to their numbers in the order of choice.
/// First it chooses the most relevant candidate, then again and again the candidate with the
/// greatest marginal_relevance(). Among equal candidates, the one of the smaller number is chosen
/// first. Candidates whose marginal relevance is NaN come last. `nearest` has room for one number
/// for each candidate. similarity(i, j) returns the similarity of candidate i to the chosen
/// candidate j. chosen.size() <= relevance.size() == nearest.size().
template <class Similarity>
void choose_by_marginal_relevance(std::span<const double> relevance, double lambda,
                                  std::span<double> nearest, std::span<std::int32_t> chosen,
                                  Similarity similarity) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  // `nearest` is NaN for a candidate that was chosen.
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
