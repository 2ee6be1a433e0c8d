// What an operation needs to know of the request that asks for it, in whatever protocol.
#pragma once

#include "base/failure.h"
#include "pool/pool.h"

namespace vecext::gateway {

/// What the key of a request admits.
enum class Access { kNone, kRead, kWrite };

struct Context {
  Pool& pool;
  Access access = Access::kNone;

  /// Throws a Failure kForbidden if the key does not admit it.
  void require(Access needed) const {
    if (access < needed) {
      throw Failure(FailureKind::kForbidden, needed == Access::kWrite ? "Write access is required"
                                                                      : "Read access is required");
    }
  }
};

}  // namespace vecext::gateway
