// The bytes of a connection: plain, or by TLS.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/task.h"
#include "wire/tls/tls.h"

namespace vecext::gateway {

using Tcp = asio::ip::tcp;
using TcpStream = boost::beast::basic_stream<Tcp, Executor>;
using boost::system::error_code;

/// Lets a coroutine wait for an operation, whose error is not thrown.
inline auto await_or(error_code& error) {
  return asio::redirect_error(asio::use_awaitable_t<Executor>(), error);
}

/// Returns the time that so many bytes may take, besides a limit for any request or answer.
inline std::chrono::seconds time_of_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t kLeastRate = 128u << 10;  // bytes a second
  return std::chrono::seconds(bytes / kLeastRate);
}

/// A connection among those that a thread has, which are counted, or none.
class CountedConnection {
 public:
  CountedConnection() = default;
  explicit CountedConnection(std::atomic<int>& connections) : connections_(&connections) {
    ++connections;
  }

 private:
  struct Decrement {
    void operator()(std::atomic<int>* connections) const { --*connections; }
  };
  std::unique_ptr<std::atomic<int>, Decrement> connections_;
};

/// A connection that a client has made. It is without TLS if the context is null.
struct Accepted {
  TcpStream stream;
  std::shared_ptr<Tls::Context> context;
  CountedConnection counted;
};

/// Functions that are called through a table, not templates: the protocol above them is compiled
/// once.
class Transport {
 public:
  Transport() = default;
  explicit Transport(CountedConnection counted) : counted_(std::move(counted)) {}
  virtual ~Transport() = default;
  /// Reads what there is, at least a byte, and returns how many bytes that were.
  virtual Task<std::size_t> read_some(asio::mutable_buffer to, error_code& error) = 0;
  virtual Task<> write(std::array<asio::const_buffer, 2> from, error_code& error) = 0;

  /// Limits how long the reads and writes that follow may take, all of them together.
  void limit_time(std::chrono::seconds limit) { stream().expires_after(limit); }
  void unlimit_time() { stream().expires_never(); }
  Executor executor() { return stream().get_executor(); }
  /// Reads what the client is still sending, at most so many bytes within the limit. Without that,
  /// the kernel would reset a connection that is closed, and the client would not see why.
  Task<> drain(std::uint64_t most_bytes, std::chrono::seconds limit);
  /// True if the client has sent what was not read yet.
  bool has_unread();
  int socket() { return stream().socket().native_handle(); }
  /// Says to the client that nothing more is written.
  void shut_down();
  /// Ends the reads and writes that are under way, and those to come.
  void hang_up();
  /// Closes the connection at once, which ends the reads and writes that are under way.
  void close() { stream().close(); }

 private:
  virtual TcpStream& stream() = 0;

  CountedConnection counted_;  // none if no listener has accepted the connection
};

/// Shakes hands, if the connection is one with TLS. Returns null if the client does not come so far
/// within the limit.
Task<std::unique_ptr<Transport>> open_transport(Accepted accepted, std::chrono::seconds limit);

}  // namespace vecext::gateway
