#include "core/graph/search/slack.h"

#include <algorithm>
#include <cmath>

#include "core/effort/at_recall.h"
#include "core/effort/small_k.h"

namespace vecext {

namespace {

/// After the trials the slack grows with the number of nodes, and it falls with the number of rows
/// wanted. These powers are assumptions, not measured.
constexpr double kByNodes = 0.3;
constexpr double kByRows = -0.2;

/// Visits grow with the number of nodes and with the number of rows wanted. These powers are
/// assumptions, too.
constexpr double kVisitsByNodes = 0.35;
constexpr double kVisitsByRows = 0.5;

double ratio_of_nodes(const GraphCalibration& calibration, std::uint32_t nodes) {
  return static_cast<double>(std::max(nodes, 1U)) / calibration.nodes;
}

double ratio_of_rows(double k) {
  return std::max<double>(k, kLeastInView) / kLeastInView;
}

GraphCalibration multiplied(GraphCalibration calibration, double slack, double visits) {
  for (CalibratedRecall& at : calibration.at) {
    at.slack *= static_cast<float>(slack);
    at.easy *= static_cast<float>(visits);
    at.hard *= static_cast<float>(visits);
  }
  return calibration;
}

}  // namespace

double visits_by_rows(double k) {
  return std::pow(ratio_of_rows(k), kVisitsByRows);
}

float slack_for(const GraphCalibration& calibration, double recall, std::uint32_t nodes,
                std::int32_t k) {
  if (calibration.nodes == 0 || recall <= 0) {
    return 0;
  }
  const auto slack = [&](std::size_t i) { return calibration.at[i].slack; };
  return static_cast<float>(at_recall(recall, slack) *
                            std::pow(ratio_of_nodes(calibration, nodes), kByNodes) *
                            std::pow(ratio_of_rows(k), kByRows));
}

bool has_groups(const GraphCalibration& trials) {
  constexpr float kMuchSlack = 2;
  return trials.nodes > 0 && trials.at[kUsualRecall].slack >= kMuchSlack;
}

GraphCalibration for_few_rows(const GraphCalibration& trials, double k) {
  constexpr double kByFewRows = 0.2;
  constexpr double kVisitsBySlack = 1.4;  // measured
  const double more = more_for_small_k(k, kByFewRows);
  return multiplied(trials, more, std::pow(more, kVisitsBySlack));
}

GraphCalibration for_spare_rows(const GraphCalibration& plain) {
  constexpr double kSlack = 1.0 / 3;  // both measured (docs/experiments/observed-effort.md)
  constexpr double kVisits = 0.75;
  return has_groups(plain) ? plain : multiplied(plain, kSlack, kVisits);
}

double expected_recall(const GraphCalibration& calibration, double recall) {
  if (calibration.nodes == 0 || recall <= 0) {
    return 0;
  }
  // Returns how many times as much was missing as may be missing, at the i-th recall tried.
  const auto excess = [&](std::size_t i) {
    return std::max(1.0, (1 - calibration.at[i].recall) / (1 - kCalibratedRecalls[i]));
  };
  const double tried = std::clamp(recall, kCalibratedRecalls.front(), kCalibratedRecalls.back());
  const double missed = (1 - tried) * (at_recall(tried, excess) - 1);
  return std::min(recall, std::max(recall, tried) - missed);
}

ExpectedVisits expected_visits(const GraphCalibration& calibration, double recall,
                               std::uint32_t nodes, std::int32_t k) {
  if (calibration.nodes == 0 || recall <= 0) {
    return {0, 0};
  }
  const double scale =
      std::pow(ratio_of_nodes(calibration, nodes), kVisitsByNodes) * visits_by_rows(k);
  const auto visits = [&](float CalibratedRecall::*field) {
    const double least = std::max<double>(kFewestVisits, k);
    const auto of = [&](std::size_t i) { return calibration.at[i].*field; };
    return std::min<double>(nodes, std::max(least, scale * at_recall(recall, of)));
  };
  return {visits(&CalibratedRecall::easy), visits(&CalibratedRecall::hard)};
}

}  // namespace vecext
