// HTTP/1.1: reads the requests of connections and answers them, on the loop of one thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/shutdown.h"
#include "base/task.h"
#include "wire/http/message.h"
#include "wire/tls/listener.h"

namespace vecext::gateway {

struct HttpOptions {
  std::uint64_t body_limit = 32u << 20;     // bytes
  std::chrono::seconds idle{75};            // between requests of a connection
  std::chrono::seconds receive{30};         // for a body, besides what its size takes
  std::uint64_t compress_from = 16u << 10;  // bytes of an answer; 0: none is compressed
};

/// Returns what serves connections on a thread, by its loop. Once the shutdown has begun, each
/// connection ends behind the answer to its request.
ServeConnection http_connections(asio::io_context& loop, const HttpOptions& options,
                                 HttpHandler& handler, Shutdown& shutdown);

}  // namespace vecext::gateway
