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
  bool is_verified = false;                        // the point that the grant wants was found
  std::string_view trace = {};  // the client's traceparent or id of the request; empty without one

  /// Throw a Failure kForbidden if the key does not admit it: the first for an operation on one
  /// collection, the second for one on all of them or on the server.
  void require(Access needed, std::string_view collection) const {
    grant.require(needed, collection);
  }
  void require_global(Access needed) const { grant.require_global(needed); }
};

}  // namespace vecext::gateway
