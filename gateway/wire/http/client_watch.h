// Notices that clients have gone while their requests are being answered.
#pragma once

#include <list>
#include <memory>

#include "base/client.h"
#include "base/task.h"

namespace vecext::gateway {

/// Looks at the sockets of a thread's clients ten times a second, as long as there is a request. A
/// client that has closed the connection, or its half of it, has gone. Nothing is read.
class ClientWatch {
 public:
  explicit ClientWatch(Executor executor) : timer_(executor) {}
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

  /// Has a client watched as long as this object lives.
  class Watched {
   public:
    Watched(ClientWatch& watch, int socket);
    ~Watched() { watch_.entries_.erase(place_); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    Client client;

   private:
    ClientWatch& watch_;
    std::list<std::pair<int, Client*>>::iterator place_;
  };

 private:
  void start();
  void look();

  Timer timer_;
  std::shared_ptr<bool> is_running_ = std::make_shared<bool>(false);
  std::list<std::pair<int, Client*>> entries_;  // sockets, and whose they are
};

}  // namespace vecext::gateway
