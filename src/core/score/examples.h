// Scores by examples. All functions take similarities of a point to examples; larger scores are
// better.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace vecext {

/// Maps (-inf, inf) to (-1, 1), and keeps the order.
inline double soft_sign(double x) {
  return std::isinf(x) ? std::copysign(1.0, x) : x / (1 + std::fabs(x));
}

/// Maps (-inf, inf) to (0, 1), and keeps the order.
inline double soft_step(double x) {
  return (soft_sign(x) + 1) / 2;
}

/// Recommendation by the best example. The score follows from the nearest positive example if that
/// is nearer than every negative one; otherwise it is negative, and follows from the nearest
/// negative one. There must be an example of either kind.
inline double best_score(std::span<const double> positive, std::span<const double> negative) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  double best = kNone;
  double worst = kNone;
  for (const double similarity : positive) {
    best = std::max(best, similarity);
  }
  for (const double similarity : negative) {
    worst = std::max(worst, similarity);
  }
  return best > worst ? soft_step(best) : -soft_step(worst);
}

/// Recommendation by all examples.
inline double sum_scores(std::span<const double> positive, std::span<const double> negative) {
  double sum = 0;
  for (const double similarity : positive) {
    sum += similarity;
  }
  for (const double similarity : negative) {
    sum -= similarity;
  }
  return sum;
}

/// Discovery: the integer part is the number of pairs whose positive example is nearer, less the
/// number of pairs whose negative example is nearer; the fraction orders by the target. positive[i]
/// and negative[i] are a pair.
inline double discovery_score(double target, std::span<const double> positive,
                              std::span<const double> negative) {
  double score = soft_step(target);
  for (std::size_t i = 0; i < positive.size(); ++i) {
    score += positive[i] > negative[i] ? 1 : (positive[i] < negative[i] ? -1 : 0);
  }
  return score;
}

/// Context search: returns how far the point is on the wrong side of the pairs. The score is at
/// most 0.
inline double context_score(std::span<const double> positive, std::span<const double> negative) {
  constexpr double kEpsilon = std::numeric_limits<float>::epsilon();
  double score = 0;
  for (std::size_t i = 0; i < positive.size(); ++i) {
    score += soft_sign(std::min(positive[i] - negative[i] - kEpsilon, 0.0));
  }
  return score;
}

/// The coefficients of relevance feedback.
struct FeedbackWeights {
  double a;
  double b;
  double c;
};

/// Relevance feedback: better[i] and worse[i] are a pair whose feedback differs by
/// difference[i] > 0.
inline double feedback_score(double target, std::span<const double> better,
                             std::span<const double> worse, std::span<const double> difference,
                             const FeedbackWeights& weights) {
  double score = weights.a * target;
  for (std::size_t i = 0; i < better.size(); ++i) {
    score += std::pow(difference[i], weights.b) * weights.c * (better[i] - worse[i]);
  }
  return score;
}

}  // namespace vecext
