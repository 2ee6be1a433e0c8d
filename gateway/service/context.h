// What an operation needs to know of the request that asks for it, in whatever protocol.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/failure.h"

namespace vecext::gateway {

class Pool;

/// What the key of a request admits.
enum class Access { kNone, kRead, kWrite };

struct Context {
  Pool& pool;
  Access access = Access::kNone;
  std::optional<std::chrono::seconds> time_limit;  // for each statement
  std::string_view trace;  // what the client calls the request: traceparent or an id; or empty

  /// Throws a Failure kForbidden if the key does not admit it.
  void require(Access needed) const {
    if (access < needed) {
      throw Failure(FailureKind::kForbidden, needed == Access::kWrite ? "Write access is required"
                                                                      : "Read access is required");
    }
  }
};

}  // namespace vecext::gateway
