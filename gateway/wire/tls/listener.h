// Accepts connections of TCP, and deals them to the threads that serve them.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "wire/tls/tls.h"
#include "wire/tls/transport.h"

namespace vecext::gateway {

/// Serves one connection. It is called on the listener's loop; what it returns runs on the thread.
using ServeConnection = std::function<Task<>(Accepted)>;

/// A thread that serves connections of a port.
struct ServingThread {
  Executor executor;              // of the thread's loop
  std::atomic<int>& connections;  // how many the thread has, of all ports
  ServeConnection serve;
};

/// A port of TCP. Each connection goes to the thread that has the fewest: by SO_REUSEPORT, the
/// kernel would deal them out by chance, and give both connections of two clients to one thread
/// half of the time.
class Listener {
 public:
  /// Listens on `port`, or on a free one for port 0, and accepts connections on `loop`, as long as
  /// that runs. `tls` may be null, and outlives the loop. Throws std::runtime_error if the address
  /// cannot be listened on.
  Listener(asio::io_context& loop, const std::string& address, std::uint16_t port, const Tls* tls,
           std::vector<ServingThread> threads);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }

  /// Listens no more. Connections that the kernel has established are still accepted, as it would
  /// reset them. It is called on the loop.
  void close();

 private:
  using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;

  void listen(const std::string& address, std::uint16_t port);
  Task<> accept_until_closed();
  error_code accept_established();
  void log(const error_code& error);
  std::size_t choose_thread() const;

  Acceptor acceptor_;
  std::uint16_t port_;
  const Tls* tls_;
  std::vector<ServingThread> threads_;
  std::size_t last_ = 0;     // number of the thread that the last connection went to
  bool is_failing_ = false;  // to accept connections
};

}  // namespace vecext::gateway
