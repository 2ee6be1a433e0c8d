#include "core/score/fusion.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// The greatest magnitude of a score in a computation. Sums of squares of differences of such
/// scores are finite.
constexpr double kMostScore = 1e100;

/// Returns the score or, if it is infinite or too large, the nearest score with which sums and
/// differences stay finite. NaN becomes the lowest score.
double finite_score(double score) {
  return std::isnan(score) ? -kMostScore : std::clamp(score, -kMostScore, kMostScore);
}

void make_finite(std::span<double> scores) {
  std::transform(scores.begin(), scores.end(), scores.begin(), finite_score);
}

}  // namespace

double reciprocal_rank(const ReciprocalRank& constants, std::int64_t before, double weight) {
  const double place = static_cast<double>(before) + 1;
  const double rest = constants.k + (constants.first_rank - 1);
  if (constants.weight == RankWeight::kTerm) {
    return weight / (rest + place);
  }
  return weight > 0 ? 1 / (place / weight + rest) : 0;
}

void replace_by_terms(const Contribution& contribution, std::span<double> scores) {
  const auto& [term, weight] = contribution;
  if (const auto* ranks = std::get_if<ReciprocalRank>(&term)) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      scores[i] = reciprocal_rank(*ranks, static_cast<std::int64_t>(i), weight);
    }
    return;
  }
  if (std::holds_alternative<PlaceInDistribution>(term)) {
    normalize_by_distribution(scores);
  } else if (const auto* above = std::get_if<PlaceAboveLeast>(&term)) {
    normalize_from(above->least, scores);
  } else {
    normalize_by_range(scores);
  }
  for (double& score : scores) {
    score *= weight;
  }
}

void normalize_by_range(std::span<double> scores) {
  if (!scores.empty()) {
    make_finite(scores);
    normalize_from(*std::min_element(scores.begin(), scores.end()), scores);
  }
}

void normalize_from(double least, std::span<double> scores) {
  if (scores.empty()) {
    return;
  }
  make_finite(scores);
  const double range = *std::max_element(scores.begin(), scores.end()) - least;
  for (double& score : scores) {
    score = range > 0 ? (score - least) / range : 1;
  }
}

void normalize_by_distribution(std::span<double> scores) {
  make_finite(scores);
  const auto n = static_cast<double>(scores.size());
  // The mean is computed from differences to the first score. If all scores are equal, the
  // differences are 0, so that the mean is exactly that score.
  const double first = scores.empty() ? 0 : scores.front();
  double mean = first;
  for (const double score : scores) {
    mean += (score - first) / n;
  }
  double squares = 0;
  for (const double score : scores) {
    squares += (score - mean) * (score - mean);
  }
  const double deviation = scores.size() < 2 ? 0 : std::sqrt(squares / (n - 1));
  constexpr double kDeviations = 3;
  constexpr double kMiddle = .5;
  for (double& score : scores) {
    score = deviation > 0
                ? (score - (mean - kDeviations * deviation)) / (2 * kDeviations * deviation)
                : kMiddle;
  }
}

}  // namespace vecext
