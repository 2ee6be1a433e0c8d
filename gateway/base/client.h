// The client that waits for the answer to a request, as long as it waits.
#pragma once

#include <functional>
#include <utility>

#include "base/failure.h"

namespace vecext::gateway {

/// A wire has one for each request and says when its client has gone; what works for the request
/// may then give up. All of it is on one thread.
class Client {
 public:
  bool has_gone() const { return has_gone_; }
  /// Says that the client has gone. A wire may say that again and again until the request has
  /// ended, so that what was not given up at first is given up later.
  void leave() {
    has_gone_ = true;
    if (on_leave_) {
      on_leave_();
    }
  }

 private:
  friend class OnLeave;
  std::function<void()> on_leave_;
  bool has_gone_ = false;
};

/// Throws a Failure kTimeout if the client has gone. It may be null.
inline void require_waiting(const Client* client) {
  if (client != nullptr && client->has_gone()) {
    throw Failure(FailureKind::kTimeout, "The client has gone");
  }
}

/// Has a function called whenever the client is said to have gone, as long as this object lives.
/// The client may be null. There is one such object of a client at a time.
class OnLeave {
 public:
  OnLeave(Client* client, std::function<void()> call) : client_(client) {
    if (client_ != nullptr) {
      client_->on_leave_ = std::move(call);
    }
  }
  ~OnLeave() {
    if (client_ != nullptr) {
      client_->on_leave_ = nullptr;
    }
  }
  OnLeave(const OnLeave&) = delete;
  OnLeave& operator=(const OnLeave&) = delete;

 private:
  Client* client_;
};

}  // namespace vecext::gateway
