// HTTP/2: accepts connections on the loop of one thread.
#pragma once

#include <cstdint>
#include <string>

#include "wire/http2/http2_session.h"

namespace vecext::gateway {

struct Http2Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 6334;
  Http2Limits limits;
};

class Tls;

/// Listens as serve_http does, and returns the port.
std::uint16_t serve_http2(asio::io_context& loop, const Http2Options& options,
                          Http2Handler& handler, const Tls* tls, Shutdown& shutdown);

}  // namespace vecext::gateway
