#include "metrics/registry.h"

namespace vecext::gateway {

void Responses::add_to(std::map<std::pair<std::size_t, unsigned>, Durations>& sum) const {
  for (std::size_t endpoint = 0; endpoint < endpoints_.size(); ++endpoint) {
    endpoints_[endpoint].each([&](unsigned status, const Histogram& durations) {
      durations.add_to(sum[{endpoint, status}]);
    });
  }
}

std::map<std::pair<std::size_t, unsigned>, Durations> Registry::rest_responses() const {
  std::map<std::pair<std::size_t, unsigned>, Durations> all;
  for (const ThreadMetrics& thread : threads_) {
    thread.rest.add_to(all);
  }
  return all;
}

}  // namespace vecext::gateway
