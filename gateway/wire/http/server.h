// HTTP/1.1: accepts connections on the loop of one thread, and reads and answers their requests.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/shutdown.h"
#include "base/task.h"
#include "wire/http/message.h"

namespace vecext::gateway {

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 6333;
  std::uint64_t body_limit = 32u << 20;     // bytes
  std::chrono::seconds idle{75};            // between requests of a connection
  std::chrono::seconds receive{30};         // for a body, besides what its size takes
  std::uint64_t compress_from = 16u << 10;  // bytes of an answer; 0: none is compressed
};

class Tls;

/// Listens with TLS, or without if `tls` is null. It sets SO_REUSEPORT, so that the threads share a
/// port and the kernel deals connections out. Throws boost::system::system_error if the address
/// cannot be listened on. Returns the port, which the kernel chooses for port 0. Once the shutdown
/// has begun, each connection ends behind the answer to its request.
std::uint16_t serve_http(asio::io_context& loop, const HttpOptions& options, HttpHandler& handler,
                         const Tls* tls, Shutdown& shutdown);

}  // namespace vecext::gateway
