// Scores of a point by examples. All functions take the similarities of the point to the examples.
// A larger score is better.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace vecext {

/// Maps all numbers to (-1, 1), and keeps their order.
inline double soft_sign(double x) {
  return std::isinf(x) ? std::copysign(1.0, x) : x / (1 + std::fabs(x));
}

/// Maps all numbers to (0, 1), and keeps their order.
inline double soft_step(double x) {
  return (soft_sign(x) + 1) / 2;
}

/// Recommendation by the best example. If the most similar example is a positive one, the score
/// follows from its similarity. Otherwise the score is negative, and follows from the similarity of
/// the most similar negative example. There must be at least one example.
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

/// Recommendation by all examples: the score adds up what each example contributes.
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

/// Discovery. positive[i] and negative[i] are a pair. The integer part of the score is the number
/// of pairs whose positive example is more similar, less the number of pairs whose negative example
/// is. The fraction orders points with equal integer parts by their similarity to the target.
inline double discovery_score(double target, std::span<const double> positive,
                              std::span<const double> negative) {
  double score = soft_step(target);
  for (std::size_t i = 0; i < positive.size(); ++i) {
    score += positive[i] > negative[i] ? 1 : (positive[i] < negative[i] ? -1 : 0);
  }
  return score;
}

/// Context search. positive[i] and negative[i] are a pair. The score adds up, over the pairs, by
/// how much the negative example is more similar than the positive one. It is at most 0, which is
/// the best score.
inline double context_score(std::span<const double> positive, std::span<const double> negative) {
  constexpr double kEpsilon = std::numeric_limits<float>::epsilon();
  double score = 0;
  for (std::size_t i = 0; i < positive.size(); ++i) {
    score += soft_sign(std::min(positive[i] - negative[i] - kEpsilon, 0.0));
  }
  return score;
}

/// The coefficients of the formula of relevance feedback.
struct FeedbackWeights {
  double a;
  double b;
  double c;
};

/// Relevance feedback. better[i] and worse[i] are the similarities of a pair of examples, whose
/// feedback differs by difference[i] > 0.
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
