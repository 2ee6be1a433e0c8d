// What an operation needs to know of the request that asks for it, in whatever protocol.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "access/grant.h"
#include "base/failure.h"

namespace vecext::gateway {

class Client;
class Pool;

struct Context {
  Pool& pool;
  Grant grant;                                     // what the key of the request admits
  std::optional<std::chrono::seconds> time_limit;  // for each statement
  Client* client = nullptr;                        // who waits for the answer, if that is known
  bool is_verified = false;     // true if the point that the grant wants was found
  std::string_view trace = {};  // the client's traceparent or request id; empty if it sent neither

  /// Throw a Failure kForbidden if the key does not admit an operation: the first for one on a
  /// collection, the second for one on all collections or on the server.
  void require(Access needed, std::string_view collection) const {
    grant.require(needed, collection);
  }
  void require_global(Access needed) const { grant.require_global(needed); }
};

}  // namespace vecext::gateway
