// What a client or a load balancer asks before it sends requests.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"

namespace vecext::gateway {

class Pool;

/// The version of Qdrant whose interface is served. Clients warn if it differs from theirs by more
/// than one minor version.
constexpr std::string_view kQdrantVersion = "1.19.0";
/// The commit of that release of Qdrant.
constexpr std::string_view kQdrantCommit = "74f3e85b9473c62560006c043e13737ce6b48412";

/// Finds out for load balancers if the server answers, and has the extension. A request for that
/// needs no key, so the server is asked at most once a second, however many such requests there
/// are.
class Readiness {
 public:
  explicit Readiness(Pool& pool) : pool_(pool) {}

  /// Returns what keeps the server from executing a function of vecext, in words for users. It is
  /// empty if it does so, or did so within the last second. While one call asks the server, the
  /// others wait for its result.
  Task<std::string> obstacle();

 private:
  Pool& pool_;
  std::chrono::steady_clock::time_point answered_{};
  std::string obstacle_;
  std::optional<Timer> asking_;  // exists while a call asks the server; its end wakes the others
};

}  // namespace vecext::gateway
