#include "metrics/registry.h"

namespace vecext::gateway {

void Responses::add_to(std::map<std::pair<std::size_t, unsigned>, Durations>& sum) const {
  for (std::size_t endpoint = 0; endpoint < endpoints_.size(); ++endpoint) {
    endpoints_[endpoint].each([&](unsigned status, const Histogram& durations) {
      durations.add_to(sum[{endpoint, status}]);
    });
  }
}

Registry::ResponseMap Registry::sum_of(Responses ThreadMetrics::*responses) const {
  ResponseMap all;
  for (const ThreadMetrics& thread : threads_) {
    (thread.*responses).add_to(all);
  }
  return all;
}

}  // namespace vecext::gateway
