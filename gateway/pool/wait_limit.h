// A limit for waiting for a socket.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>

#include "base/task.h"

namespace vecext::gateway {

/// Ends waits for a socket that take too long: libpq leaves that to its caller, and a host that is
/// away may never answer.
class WaitLimit {
 public:
  using Socket = asio::posix::basic_stream_descriptor<Executor>;

  WaitLimit(Socket& socket, std::chrono::seconds limit)
      : socket_(socket), timer_(socket.get_executor()) {
    end_waits_after(limit);
  }
  /// The timer may have expired in this turn of the loop already: its handler sees that it is over.
  ~WaitLimit() { *is_over_ = true; }
  WaitLimit(const WaitLimit&) = delete;
  WaitLimit& operator=(const WaitLimit&) = delete;

 private:
  // A wait that has just succeeded is not ended, so the one behind it is ended a second later.
  void end_waits_after(std::chrono::seconds pause) {
    timer_.expires_after(pause);
    timer_.async_wait([this, is_over = is_over_](const boost::system::error_code& error) {
      if (!error && !*is_over) {
        socket_.cancel();
        end_waits_after(std::chrono::seconds(1));
      }
    });
  }

  Socket& socket_;
  std::shared_ptr<bool> is_over_ = std::make_shared<bool>(false);
  Timer timer_;
};

}  // namespace vecext::gateway
