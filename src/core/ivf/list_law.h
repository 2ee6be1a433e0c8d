// How many rows of a list are likely to be within a key: each row's key is taken for normal around
// what the centre's distance and the list's spread make it. README.md has the law and its
// measurement.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/ivf/model.h"
#include "core/ivf/probe_order.h"
#include "core/ivf/record.h"
#include "core/ivf/search_query.h"
#include "core/kernel/kernel.h"

namespace vecext {

/// 2^x for -126 <= x <= 0: the exponent's bits, and linear in between, up to 6 % too much.
inline float power_of_two(float x) {
  return std::bit_cast<float>(static_cast<std::int32_t>((x + 127) * 0x1p23f));
}

/// Distribution function of the normal law, to some per cent of its tail (Lin 1989, Applied
/// Statistics 38: e^(-.717 x - .416 x^2) / 2).
inline float normal_below(float z) {
  const float x = std::min(std::fabs(z), 12.0f);
  const float tail = power_of_two(-1 - x * (1.0344f + 0.6002f * x));
  return z < 0 ? tail : 1 - tail;
}

class ListLaw {
 public:
  /// `least` rows in all lists together may be taken for none.
  ListLaw(const Model& model, const SearchQuery& query, float least)
      : model_(model), shift_(query.shift), reach_(0), half_page_(0) {
    const auto dims = static_cast<std::size_t>(model.dims());
    if (model.metric() == Metric::kInnerProduct) {
      reach_ = static_cast<float>(kernel::active().f32.norm_squared(query.rotated, dims));
    }
    // Of n rows, n exp(-z^2 / 2) / z is more than lie beyond z.
    const float all = static_cast<float>(model.lists()) * static_cast<float>(model.meta.list_rows);
    farthest_squared_ = 2 * std::log(std::max(all / least, 2.0f));
    half_page_ = static_cast<float>(places(model)) / 2;
  }

  /// The share of the rows of `probe.list` with a key of at most `key`, if the law's variances are
  /// multiplied by `stretch`.
  float share_within(const Probe& probe, float key, float stretch = 1) const {
    const Normal law = law_of(probe);
    const float gap = key - law.mean;
    const float variance = stretch * law.variance;
    if (gap < 0 && gap * gap > farthest_squared_ * variance) {
      return 0;
    }
    return normal_below(gap / std::sqrt(std::max(variance, kLeastVariance)));
  }

  /// How many standard deviations `key` lies above the mean of the list's keys.
  float deviation(const Probe& probe, float key) const {
    const Normal law = law_of(probe);
    return (key - law.mean) / std::sqrt(std::max(law.variance, kLeastVariance));
  }

  /// Rows that the list had when the model was loaded, about.
  float rows(std::int32_t list) const {
    return std::max(static_cast<float>(model_.entries[list].rows), half_page_);
  }

 private:
  static constexpr float kLeastVariance = std::numeric_limits<float>::min();

  /// An inner-product query is not centred: it points along directions in which rows differ more
  /// than in others (measured, README.md).
  static constexpr float kAlongProduct = 2;

  struct Normal {
    float mean;
    float variance;
  };

  Normal law_of(const Probe& probe) const {
    const float residual = model_.entries[probe.list].residual;
    const auto dims = static_cast<float>(model_.dims());
    const float mean = probe.key + shift_;
    if (model_.metric() == Metric::kInnerProduct) {
      return {mean, kAlongProduct * reach_ * residual / dims};
    }
    return {mean + residual, residual * (4 * probe.distance_squared + 2 * residual) / dims};
  }

  const Model& model_;
  float shift_;
  float reach_;  // |q|^2 for inner product; else 0
  float half_page_;
  float farthest_squared_;  // standard deviations beyond which a list counts as without rows
};

}  // namespace vecext
