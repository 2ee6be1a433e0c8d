#include "core/ivf/stop_rule.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/ivf/record.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// 2^x for -126 <= x <= 0: the exponent's bits, and linear in between, up to 6 % too much.
float power_of_two(float x) {
  return std::bit_cast<float>(static_cast<std::int32_t>((x + 127) * 0x1p23f));
}

/// Distribution function of the normal law, to some per cent of its tail (Lin 1989, Applied
/// Statistics 38: e^(-.717 x - .416 x^2) / 2).
float normal_below(float z) {
  const float x = std::min(std::fabs(z), 12.0f);
  const float tail = power_of_two(-1 - x * (1.0344f + 0.6002f * x));
  return z < 0 ? tail : 1 - tail;
}

/// An inner-product query is not centred: it points along directions in which rows differ more than
/// in others (measured, README.md).
constexpr float kAlongProduct = 2;

}  // namespace

ListLaw::ListLaw(const Model& model, const SearchQuery& query, float least)
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

float ListLaw::share_within(const Probe& probe, float key) const {
  const float residual = model_.entries[probe.list].residual;
  const auto dims = static_cast<float>(model_.dims());
  float mean = probe.key + shift_;
  float variance = kAlongProduct * reach_ * residual / dims;
  if (model_.metric() != Metric::kInnerProduct) {
    mean += residual;
    variance = residual * (4 * probe.distance_squared + 2 * residual) / dims;
  }
  const float gap = key - mean;
  if (gap < 0 && gap * gap > farthest_squared_ * variance) {
    return 0;
  }
  return normal_below(gap / std::sqrt(std::max(variance, std::numeric_limits<float>::min())));
}

float ListLaw::rows(std::int32_t list) const {
  return std::max(static_cast<float>(model_.entries[list].rows), half_page_);
}

StopRule::StopRule(const Model& model, const SearchQuery& query, std::int32_t k, float recall)
    : by_rest_(recall > 0),
      missing_(static_cast<float>(k) * rest_share(recall)),
      list_rows_(model.meta.list_rows),
      law_(model, query, missing_) {}

void StopRule::looked_at(const Probe& probe, std::int64_t rows, bool changed,
                         const Candidates& found) {
  ++looked_at_;
  if (changed) {
    lists_ = 0;
    rows_ = 0;
    expected_ = 0;
    rest_ = 0;
    rest_known_ = false;
    return;
  }
  ++lists_;
  rows_ += rows;
  if (!by_rest_) {
    return;
  }
  if (lists_ == 1) {
    key_ = found.kth_estimate();
  }
  const double share = law_.share_within(probe, key_);
  expected_ += share * static_cast<double>(rows);
  rest_ = std::max(0.0, rest_ - share * law_.rows(probe.list));
}

/// Sums lists until there is `enough`: those that come next have most of the rows, and take the sum
/// down again as they are looked at.
void StopRule::sum_rest(const ProbeOrder& order, double enough) {
  const ListLaw law = law_;
  const float key = key_;
  const std::int32_t left = order.left();
  double sum = 0;
  std::int32_t i = 0;
  for (; i < left && !(sum > enough); ++i) {
    const Probe probe = order.left_at(i);
    const float share = law.share_within(probe, key);
    sum += share > 0 ? static_cast<double>(share * law.rows(probe.list)) : 0;
  }
  rest_ = sum;
  rest_known_ = i == left;
}

bool StopRule::unchanged_for_long() const {
  if (by_rest_) {
    return lists_ > kLeastPatience && rows_ > std::int64_t{kLeastPatientLists} * list_rows_;
  }
  return static_cast<float>(lists_) > kPatience + kPatienceShare * static_cast<float>(looked_at_) &&
         rows_ > std::int64_t{kPatientLists} * list_rows_;
}

bool StopRule::enough(const ProbeOrder& order, const Candidates& found) {
  if (!found.full() || !unchanged_for_long()) {
    return false;
  }
  if (!by_rest_) {
    return true;
  }
  // The law holds for this query but for a factor, of which nothing is known but its mean of 1: it
  // has a gamma distribution of shape 1. None found where `expected_` rows should have been leaves
  // a mean of 1 / (1 + expected_).
  const double most = missing_ * (1 + expected_);
  if (!(rest_ > most) && !rest_known_) {
    sum_rest(order, 2 * most);
  }
  return !(rest_ > most);
}

}  // namespace vecext
