#include "metrics/values.h"

#include <algorithm>
#include <numeric>

namespace vecext::gateway {

std::uint64_t Durations::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void Histogram::observe(std::chrono::nanoseconds duration) {
  const std::int64_t nanoseconds = std::max<std::int64_t>(duration.count(), 1);
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && nanoseconds > std::int64_t{kBounds[bucket]} * 1000) {
    ++bucket;
  }
  counts_[bucket].add();
  nanoseconds_.add(static_cast<std::uint64_t>(nanoseconds));
  if (least_.value() == 0 || nanoseconds < least_.value()) {
    least_.set(nanoseconds);
  }
  if (nanoseconds > most_.value()) {
    most_.set(nanoseconds);
  }
}

void Histogram::add_to(Durations& sum) const {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    sum.counts[i] += counts_[i].value();
  }
  sum.sum += static_cast<double>(nanoseconds_.value()) / 1e9;
  const double least = static_cast<double>(least_.value()) / 1e9;
  if (least > 0 && (sum.least == 0 || least < sum.least)) {
    sum.least = least;
  }
  sum.most = std::max(sum.most, static_cast<double>(most_.value()) / 1e9);
}

}  // namespace vecext::gateway
