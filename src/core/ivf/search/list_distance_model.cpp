#include "core/ivf/search/list_distance_model.h"

#include <algorithm>
#include <cmath>

namespace vecext::ivf {

bool ListsLeft::reserve(std::int32_t lists, Arena arena) {
  room_ = (lists + kPart - 1) / kPart * kPart;
  const auto room = static_cast<std::size_t>(room_);
  means_ = arena.array<float>(room);
  reciprocals_ = arena.array<float>(room);
  rows_ = arena.array<float>(room);
  return means_ != nullptr && reciprocals_ != nullptr && rows_ != nullptr;
}

void ListsLeft::fill(const ListDistanceModel& distances, const ProbeOrder& order) {
  std::fill_n(means_, room_, 0.0f);
  std::fill_n(reciprocals_, room_, 1.0f);
  std::fill_n(rows_, room_, 0.0f);
  const std::int32_t left = order.left();
  for (std::int32_t i = 0; i < left; ++i) {
    const Probe probe = order.left_at(i);
    const ListDistanceModel::Normal scores = distances.of(probe);
    means_[probe.list] = scores.mean;
    reciprocals_[probe.list] = scores.deviation;
    rows_[probe.list] = distances.rows(probe.list);
  }
  for (std::int32_t i = 0; i < room_; i += kLanes) {
    for (std::int32_t j = i; j < i + kLanes; ++j) {
      reciprocals_[j] = 1 / reciprocals_[j];
    }
  }
  is_filled_ = true;
}

double ListsLeft::rows_within(float score, float stretch, double most) const {
  const float narrower = 1 / std::sqrt(stretch);
  double all = 0;
  for (std::int32_t part = 0; part < room_ && all <= most; part += kPart) {
    float sums[kLanes] = {};
    for (std::int32_t i = part; i < part + kPart; i += kLanes) {
      for (std::int32_t j = 0; j < kLanes; ++j) {
        const float deviation = (score - means_[i + j]) * reciprocals_[i + j] * narrower;
        sums[j] += rows_[i + j] * normal_below(deviation);
      }
    }
    for (const float sum : sums) {
      all += static_cast<double>(sum);
    }
  }
  return all;
}

}  // namespace vecext::ivf
