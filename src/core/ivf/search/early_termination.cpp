#include "core/ivf/search/early_termination.h"

#include <algorithm>
#include <cmath>

#include "core/quant/vector_distance.h"

namespace vecext::ivf {

namespace {

constexpr float kBinWidth = 0.5f;

/// A score must lie this far below the mean of a list, in standard deviations. Otherwise the rows
/// within it say little of the tail of the list's scores.
constexpr float kLeastDeviation = -0.5f;

/// The stretch of the model is taken to be 1 until rows show otherwise. A stretch of e is believed
/// after as much as 1.5 rows three deviations below the means of their lists.
constexpr double kTrust = 1.5 * 3 * 3;

/// The limits of the stretch that variances are multiplied by. Far from all lists, the score of a
/// row varies as one projection of the row's residual does, and the model knows how much. Rows in
/// groups of near copies only seem to vary less, because a whole group lies within the score or
/// does not (measured with groups of 60: recall .88, and .98 with the greater limit). A list with
/// the rows of two groups varies more along the direction between the groups than along the mean
/// direction.
constexpr float kLeastStretch = 0.25f;
constexpr float kLeastStretchOfFar = 1.5f;
constexpr float kMostStretch = 256;

/// A query is far from a list if its squared distance is this many times the list's mean squared
/// residual.
constexpr float kFar = 10;
constexpr int kFitSteps = 12;

/// If there are more lists, more near rows lie in far lists than the model expects, such as the
/// rows whose mean the query is. The allowance is 1 if there are kSureLists lists
/// (docs/experiments/list-termination.md).
constexpr float kSureLists = 4000;
constexpr float kAllowancePower = 1.0f / 6;
constexpr float kMostAllowance = 1.25f;

/// Returns the factor by which the number of rows that may be missing is multiplied.
float allowance(std::int32_t lists) {
  const float ratio = kSureLists / static_cast<float>(std::max(lists, 1));
  return std::min(std::pow(ratio, kAllowancePower), kMostAllowance);
}

}  // namespace

EarlyTermination::EarlyTermination(const Model& model, const SearchQuery& query,
                                   const SearchLimits& limits)
    : model_(model),
      has_set_(limits.filter.has_set()),
      k_(limits.k),
      allowance_(allowance(model.lists())),
      missing_(k_ * limits.missing * allowance_),
      notes_effort_(limits.noted != nullptr),
      distances_(model, query),
      set_rows_(limits.filter.set_rows) {
  if (has_set_) {
    for (std::int32_t i = 0; i < model.lists(); ++i) {
      left_ += model.is_vacant(i) ? 0 : model.entries[i].rows;
    }
  }
}

/// Returns the score for the limit `kth`, which is a distance if lists have whole vectors, and a
/// score already if they have codes.
float EarlyTermination::score_of(float kth) const {
  return model_.has_vectors() ? static_cast<float>(score_of_distance(model_.metric(), kth)) : kth;
}

/// Counts the rows of a scanned list: rows scored, rows tested, and rows tested that are in the
/// set.
void EarlyTermination::count_matches(const Probe& probe, std::int64_t scored, std::int64_t tested,
                                     std::int64_t matched) {
  left_ -= model_.entries[probe.list].rows;
  matched_ += matched;
  constexpr double kKept = 1 - 1.0 / kRecentLists;
  lately_tested_ = kKept * lately_tested_ + static_cast<double>(tested);
  lately_matched_ = kKept * lately_matched_ + static_cast<double>(matched);
  if (tested > 0) {
    const auto rows = static_cast<double>(std::max(scored, tested));
    seen_ += static_cast<double>(matched) * rows / static_cast<double>(tested);
  }
}

void EarlyTermination::looked_at(const Probe& probe, float score, const SearchCounts& before,
                                 const SearchCounts& after, bool changed) {
  quiet_ = changed ? 0 : quiet_ + 1;
  is_far_ = is_far_ && probe.distance_squared > kFar * model_.entries[probe.list].residual;
  if (rest_.is_filled()) {
    rest_.leave_out(probe.list);
  }
  const std::int64_t scored = after.rows - before.rows;
  rows_ += static_cast<double>(std::max(scored, after.tested - before.tested));
  known_rows_ += distances_.rows(probe.list);
  if (has_set_) {
    count_matches(probe, scored, after.tested - before.tested, after.matched - before.matched);
  }
  if (!std::isfinite(score)) {
    return;
  }
  ++fitted_;
  const float kept = 1 - 1 / std::max(kRecentLists, kRecentShare * fitted_);
  for (std::size_t i = 0; i < kBins; ++i) {
    compared_[i] *= kept;
    within_[i] *= kept;
  }
  const float deviation = distances_.deviation(probe, score_of(score));
  if (deviation < kLeastDeviation) {
    const float bin = std::min(-deviation / kBinWidth, kBins - 1.0f);
    compared_[static_cast<std::size_t>(bin)] +=
        static_cast<float>(after.compared - before.compared);
    within_[static_cast<std::size_t>(bin)] += static_cast<float>(after.within - before.within);
  }
}

/// Returns by what factor lists have grown since the model was loaded: inserts do not make the
/// model out of date.
double EarlyTermination::growth() const {
  return std::max(rows_ / std::max(known_rows_, 1.0), 1.0);
}

/// Returns the share of rows that are in the set, in the lists scanned lately or in the lists left,
/// whichever is greater. All rows of the set that were not seen yet are in the lists left.
double EarlyTermination::match_rate() const {
  if (!has_set_) {
    return 1;
  }
  const double of_set = (static_cast<double>(set_rows_) - seen_) / std::max(left_ * growth(), 1.0);
  const double lately = lately_tested_ > 0 ? lately_matched_ / lately_tested_ : 0;
  return std::min(std::max(of_set, lately), 1.0);
}

/// Returns the most likely stretch, given how many rows were within the scores when they were
/// compared. With this stretch the model expects as many rows as there were. Each row is weighted
/// by the square of its deviation, since its likelihood changes with that square.
float EarlyTermination::fitted_stretch() const {
  const auto deviation_of = [](std::size_t bin) {
    return -(static_cast<float>(bin) + 0.5f) * kBinWidth;
  };
  double within = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    within += within_[i] * deviation_of(i) * deviation_of(i);
  }
  float least = is_far_ ? kLeastStretchOfFar : kLeastStretch;
  float most = kMostStretch;
  for (int step = 0; step < kFitSteps; ++step) {
    const float middle = std::sqrt(least * most);
    const float narrower = 1 / std::sqrt(middle);
    double expected = kTrust * std::log(middle);
    for (std::size_t i = 0; i < kBins; ++i) {
      if (compared_[i] > 0) {
        const float deviation = deviation_of(i);
        expected += compared_[i] * normal_below(deviation * narrower) * deviation * deviation;
      }
    }
    (expected < within ? least : most) = middle;
  }
  return most;
}

bool EarlyTermination::is_rest_small(const ProbeOrder& order, float score) {
  const double rate = match_rate() * growth();
  const float stretch = fitted_stretch();
  is_refuted_ = is_refuted_ || stretch == kMostStretch;
  if (is_refuted_) {
    return false;
  }
  if (!rest_.is_filled()) {
    rest_.fill(distances_, order);
  }
  const double most = notes_effort_ ? HUGE_VAL : missing_ / rate;
  const double rest = rate * rest_.rows_within(score, stretch, most);
  least_rest_ = std::min(least_rest_, rest);
  return rest <= missing_;
}

bool EarlyTermination::enough(const ProbeOrder& order, const Candidates& found) {
  if (has_set_ && set_rows_ > 0 && matched_ >= set_rows_) {
    return true;
  }
  if (!found.full() || quiet_ == 0 || quiet_ % kQuietLists != 0 || fitted_ < next_count_) {
    return false;
  }
  const float score = score_of(found.kth_estimate());
  // If a row has no bounds, it may be anywhere, so the k-th nearest row may be, too.
  if (!std::isfinite(found.limit()) || !std::isfinite(score)) {
    return false;
  }
  next_count_ = fitted_ * (1 + kCountedAfter);
  return is_rest_small(order, score);
}

}  // namespace vecext::ivf
