#include "core/ivf/stop_rule.h"

#include <algorithm>

namespace vecext {

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
