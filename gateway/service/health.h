// What a client or a load balancer asks before it sends requests.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/task.h"

namespace vecext::gateway {

class Pool;

/// The version of Qdrant whose interface is served. Clients warn if it differs from theirs by more
/// than one minor version.
constexpr std::string_view kQdrantVersion = "1.19.0";

/// Finds out for load balancers if the server answers. It needs no key, so it asks the server at
/// most once a second, however often it is asked itself.
class Readiness {
 public:
  explicit Readiness(Pool& pool) : pool_(pool) {}

  /// True if the server answers a statement, or did so within the last second. Calls wait for the
  /// one that asks the server.
  Task<bool> is_ready();

 private:
  Pool& pool_;
  std::chrono::steady_clock::time_point answered_{};
  bool is_ready_ = false;
  std::optional<Timer> asking_;  // never expires; its end tells those who wait
};

}  // namespace vecext::gateway
