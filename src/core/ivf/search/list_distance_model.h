// How many rows of a list, or of all lists left, are likely to be within a score. The scores of a
// list are assumed to be normally distributed; their mean and variance follow from the centroid's
// distance and the list's mean squared residual (README.md).
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/base/arena.h"
#include "core/ivf/lists/list_model.h"
#include "core/ivf/lists/probe_order.h"
#include "core/ivf/lists/record.h"
#include "core/ivf/search/search_query.h"
#include "core/kernel/kernel.h"

namespace vecext::ivf {

/// Returns about 2^x for -126 <= x <= 0. x must not be NaN. The result is exact for integers and
/// linear in between, where it is up to 6 % too large.
inline float power_of_two(float x) {
  return std::bit_cast<float>(static_cast<std::int32_t>((x + 127) * 0x1p23f));
}

/// Returns the share of a normal distribution that is below z standard deviations from its mean. In
/// the tail the result is accurate to some per cent (Lin 1989, Applied Statistics 38: e^(-.717 x -
/// .416 x^2) / 2).
inline float normal_below(float z) {
  const float x = std::min(std::fabs(z), 12.0f);
  const float tail = power_of_two(-1 - x * (1.0344f + 0.6002f * x));
  return z < 0 ? tail : 1 - tail;
}

class ListDistanceModel {
 public:
  /// The distribution of the scores of a list's rows. Both numbers are finite.
  struct Normal {
    float mean;
    float deviation;  // standard deviation, positive
  };

  ListDistanceModel(const Model& model, const SearchQuery& query)
      : model_(model), shift_(query.shift), half_page_(static_cast<float>(places(model)) / 2) {
    const auto dims = static_cast<std::size_t>(model.dims());
    if (model.metric() == Metric::kInnerProduct) {
      reach_ = static_cast<float>(kernel::active().f32.norm_squared(query.rotated, dims));
    }
  }

  Normal of(const Probe& probe) const {
    const float residual = model_.entries[probe.list].residual;
    const float variation = model_.entries[probe.list].variation;
    const auto dims = static_cast<float>(model_.dims());
    const float mean = probe.score + shift_;
    if (model_.metric() == Metric::kInnerProduct) {
      return finite(mean, residual, kAlongProduct * (1 + variation) * reach_ / dims);
    }
    const float of_product = 4 * probe.distance_squared / dims;
    const float of_length = std::max(variation, 2 / dims) * residual;
    return finite(mean + residual, residual, of_product + of_length);
  }

  /// Returns how many standard deviations `score` lies above the mean of the list's scores.
  float deviation(const Probe& probe, float score) const {
    const Normal distances = of(probe);
    return (score - distances.mean) / distances.deviation;
  }

  /// Returns about how many rows the list had when the model was loaded.
  float rows(std::int32_t list) const {
    return std::max(static_cast<float>(model_.entries[list].rows), half_page_);
  }

 private:
  static constexpr float kLeastDeviation = std::numeric_limits<float>::min();
  static constexpr float kMostDeviation = std::numeric_limits<float>::max() / 4;
  static constexpr float kMostMean = std::numeric_limits<float>::max() / 4;

  /// The variance is the product of two factors, and is beyond the range of floats if elements are
  /// beyond 1e9, but its root is not. A mean that is not a number becomes the least mean, and a
  /// deviation that is not a number the greatest deviation, so that rows are expected within any
  /// score.
  static Normal finite(float mean, float residual, float factor) {
    mean = mean > -kMostMean ? mean : -kMostMean;
    const float deviation = std::sqrt(residual) * std::sqrt(factor);
    return {std::min(mean, kMostMean),
            deviation < kMostDeviation ? std::max(deviation, kLeastDeviation) : kMostDeviation};
  }

  /// For inner products the variance is greater by this factor: a query is not centered, so it
  /// points along directions in which rows differ more than in other directions (measured).
  static constexpr float kAlongProduct = 2;

  const Model& model_;
  float shift_;
  float reach_ = 0;  // |q|^2 if scores are inner products, or else 0
  float half_page_;
};

/// The lists that a search has left, in arrays indexed by list. With these, counting the rows
/// expected in thousands of lists takes some microseconds. Their scores are those that `order` had
/// when the arrays were filled, which are estimates if there are many lists.
class ListsLeft {
 public:
  /// Reserves memory for `lists` lists. Returns false if memory runs out.
  bool reserve(std::int32_t lists, Arena arena);

  bool is_filled() const { return is_filled_; }

  /// Fills the arrays with the lists that `order` has left.
  void fill(const ListDistanceModel& distances, const ProbeOrder& order);

  void leave_out(std::int32_t list) { rows_[list] = 0; }

  /// Returns how many rows are expected with a score of at most `score`, if the variances are
  /// multiplied by `stretch`. If there are more than `most`, may return any number above `most`.
  double rows_within(float score, float stretch, double most) const;

 private:
  // Loops of this fixed length are compiled to vector instructions without a remainder.
  static constexpr std::int32_t kLanes = 16;
  static constexpr std::int32_t kPart = 32 * kLanes;

  // By list: the mean of its scores, the reciprocal of their standard deviation, and its number of
  // rows. The number is 0 if the list is not left, and in the padding of the last kPart lists.
  float* means_ = nullptr;
  float* reciprocals_ = nullptr;
  float* rows_ = nullptr;
  std::int32_t room_ = 0;
  bool is_filled_ = false;
};

}  // namespace vecext::ivf
