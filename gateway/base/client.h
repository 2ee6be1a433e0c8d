// The client of a request, as the code that works for it knows it: it waits for the answer, or has
// gone.
#pragma once

#include <functional>
#include <utility>

#include "base/failure.h"

namespace vecext::gateway {

/// A wire makes one for each request and says when the client has gone; code that works for the
/// request may then give up. All of it is on one thread.
class Client {
 public:
  bool has_gone() const { return has_gone_; }
  /// Says that the client has gone. A wire may say that repeatedly until the request has ended, so
  /// that work that could not be given up at first is given up later.
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

/// As long as this object lives, its function is called whenever a wire says that the client has
/// gone. The client may be null. A client has at most one such object at a time.
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
