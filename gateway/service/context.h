// What an operation needs to know of the request that asks for it, in whatever protocol.
#pragma once

#include <algorithm>
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
  Grant grant;  // what the key of the request admits
  // How long each statement may take, and how long the client waits for the answer, if it says so.
  std::optional<std::chrono::seconds> time_limit = {};
  std::optional<std::chrono::seconds> deadline = {};
  Client* client = nullptr;  // who waits for the answer, if that is known
  // True if what runs may go on when the client stops waiting: a change that builds an index, since
  // that takes longer than many clients wait, and the next attempt would have to begin at the
  // beginning. Other operations are given up with their clients: they take connections, and a
  // change of points that goes on unseen could overwrite a later one.
  bool may_go_on = false;
  std::string_view body_name = "body";  // what Qdrant calls the body of a request of this protocol
  bool is_verified = false;             // true if the point that the grant wants was found
  std::string_view trace = {};  // the client's traceparent or request id; empty if it sent neither

  /// Throw a Failure kForbidden if the key does not admit an operation: the first for one on a
  /// collection, the second for one on all collections or on the server.
  void require(Access needed, std::string_view collection) const {
    grant.require(needed, collection);
  }
  void require_global(Access needed) const { grant.require_global(needed); }

  /// Returns how long each statement may take, if there is a limit.
  std::optional<std::chrono::seconds> statement_limit() const {
    return may_go_on || !deadline ? time_limit
                                  : std::min(time_limit.value_or(*deadline), *deadline);
  }
};

}  // namespace vecext::gateway
