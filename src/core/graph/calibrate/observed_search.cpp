#include "core/graph/calibrate/observed_search.h"

#include <algorithm>

namespace vecext {

GraphCalibration adapted(const GraphCalibration& trials, const QueryEffort& needed, float unit,
                         double most) {
  GraphCalibration calibration = trials;
  static_assert(kEffortRecalls == kCalibratedRecalls);
  const auto steps = static_cast<float>(needed.steps / visits_by_rows(needed.rows));
  for (std::size_t i = 0; i < kCalibratedRecalls.size(); ++i) {
    CalibratedRecall& at = calibration.at[i];
    // Visits grow with the effort, so the visits observed at one recall tell the visits at other
    // recalls.
    const float by_effort = needed.effort[i] / needed.effort[kUsualRecall];
    at.easy = std::max(steps * by_effort, 1.0F);
    at.hard = std::max(at.hard, at.easy);
    const float slack = needed.effort[i] * unit;
    const float most_slack = static_cast<float>(most) * at.slack;
    if (slack <= most_slack) {
      at.recall = static_cast<float>(kCalibratedRecalls[i]);
    }
    at.slack = std::min(slack, most_slack);
  }
  return calibration;
}

}  // namespace vecext
