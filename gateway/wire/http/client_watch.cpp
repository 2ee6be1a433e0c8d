#include "wire/http/client_watch.h"

#include <poll.h>

#include <vector>

namespace vecext::gateway {

namespace {

constexpr std::chrono::milliseconds kPeriod{100};

}  // namespace

ClientWatch::Watched::Watched(ClientWatch& watch, int socket) : watch_(watch) {
  place_ = watch_.entries_.emplace(watch_.entries_.end(), socket, &client);
  if (!*watch_.is_running_) {
    watch_.start();
  }
}

void ClientWatch::start() {
  *is_running_ = true;
  timer_.expires_after(kPeriod);
  // The handler may be called when the watch has gone.
  timer_.async_wait([this, left = std::weak_ptr(is_running_)](boost::system::error_code error) {
    const std::shared_ptr<bool> is_running = left.lock();
    if (is_running == nullptr) {
      return;
    }
    *is_running = false;
    if (!error) {
      look();
    }
  });
}

void ClientWatch::look() {
  std::vector<pollfd> sockets;
  for (const auto& [socket, client] : entries_) {
    sockets.push_back({socket, POLLRDHUP, 0});
  }
  if (sockets.empty()) {
    return;  // the next request starts the clock
  }
  start();
  if (poll(sockets.data(), sockets.size(), 0) <= 0) {
    return;
  }
  // A client that is said to have gone resumes nothing before this function has returned.
  auto entry = entries_.begin();
  for (const pollfd& socket : sockets) {
    if ((socket.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
      entry->second->leave();
    }
    ++entry;
  }
}

}  // namespace vecext::gateway
