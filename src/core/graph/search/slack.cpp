#include "core/graph/search/slack.h"

#include <algorithm>
#include <cmath>

namespace vecext {

namespace {

/// Between constructions the slack grows with the nodes; it falls with the rows wanted. The powers
/// are assumptions, not measured.
constexpr double kByNodes = 0.3;
constexpr double kByRows = -0.2;

/// Visits grow with the nodes and with the rows wanted; assumptions, too.
constexpr double kVisitsByNodes = 0.35;
constexpr double kVisitsByRows = 0.5;

double ratio_of_nodes(const GraphCalibration& calibration, std::uint32_t nodes) {
  return static_cast<double>(std::max(nodes, 1U)) / calibration.nodes;
}

double ratio_of_rows(std::int32_t k) {
  return static_cast<double>(std::max(k, kLeastInView)) / kLeastInView;
}

/// A field at a recall: between the recalls tried, a power of the share that may be missing, which
/// is an assumption; beyond them the same power.
double at_recall(const GraphCalibration& calibration, double recall,
                 float CalibratedRecall::*field) {
  std::size_t i = 1;
  while (i + 1 < kCalibratedRecalls.size() && recall > kCalibratedRecalls[i]) {
    ++i;
  }
  const double low = std::log(1 - kCalibratedRecalls[i - 1]);
  const double high = std::log(1 - kCalibratedRecalls[i]);
  const double part = (std::log(1 - recall) - low) / (high - low);
  const double from = std::log(calibration.at[i - 1].*field);
  const double to = std::log(calibration.at[i].*field);
  return std::exp(from + part * (to - from));
}

}  // namespace

float slack_for(const GraphCalibration& calibration, double recall, std::uint32_t nodes,
                std::int32_t k) {
  if (calibration.nodes == 0 || recall <= 0) {
    return 0;
  }
  return static_cast<float>(at_recall(calibration, recall, &CalibratedRecall::slack) *
                            std::pow(ratio_of_nodes(calibration, nodes), kByNodes) *
                            std::pow(ratio_of_rows(k), kByRows));
}

ExpectedVisits expected_visits(const GraphCalibration& calibration, double recall,
                               std::uint32_t nodes, std::int32_t k) {
  if (calibration.nodes == 0 || recall <= 0) {
    return {0, 0};
  }
  const double scale = std::pow(ratio_of_nodes(calibration, nodes), kVisitsByNodes) *
                       std::pow(ratio_of_rows(k), kVisitsByRows);
  const auto visits = [&](float CalibratedRecall::*field) {
    const double least = std::max<double>(kFewestVisits, k);
    return std::min<double>(nodes, std::max(least, scale * at_recall(calibration, recall, field)));
  };
  return {visits(&CalibratedRecall::easy), visits(&CalibratedRecall::hard)};
}

}  // namespace vecext
