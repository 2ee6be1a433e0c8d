#include "core/graph/calibrate/observed_search.h"

#include <algorithm>

namespace vecext {

GraphCalibration adapted(const GraphCalibration& trials, const ObservedEffort& observed) {
  GraphCalibration calibration = trials;
  static_assert(kEffortRecalls == kCalibratedRecalls);
  constexpr std::size_t kUnit = 1;
  static_assert(kCalibratedRecalls[kUnit] == 0.95);
  // Trials end after some visits, so they may find less than users' queries need; but nobody's
  // queries take many times as long as the hardest trials.
  constexpr float kMost = 1.5F;
  const float unit = trials.at[kUnit].slack;
  for (std::size_t i = 0; i < kCalibratedRecalls.size(); ++i) {
    CalibratedRecall& at = calibration.at[i];
    if (observed.effort[i] <= 0) {
      continue;
    }
    // Visits grow with the effort, so those seen at one recall tell about the others.
    const float by_effort = observed.effort[i] / observed.effort[kUnit];
    at.easy = std::clamp(observed.steps * by_effort, 1.0F, std::max(at.hard, 1.0F));
    const float slack = observed.effort[i] * unit;
    if (slack <= kMost * at.slack) {
      at.recall = static_cast<float>(kCalibratedRecalls[i]);
    }
    at.slack = std::min(slack, kMost * at.slack);
  }
  return calibration;
}

}  // namespace vecext
