#include "core/score/fusion.h"

#include <cmath>

namespace vecext {

double rrf_term(std::int64_t rank, double k, double weight) {
  if (!(weight > 0)) {
    return 0;
  }
  return 1 / ((static_cast<double>(rank) + 1) / weight + k - 1);
}

void normalize_by_distribution(std::span<double> scores) {
  const auto n = static_cast<double>(scores.size());
  double mean = 0;
  for (const double score : scores) {
    mean += score / n;
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
