// A request that a client is still sending.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <string>

#include "base/body_memory.h"
#include "wire/http/http_connections.h"
#include "wire/http/incoming_body.h"
#include "wire/http/message.h"
#include "wire/tls/transport.h"

namespace vecext::gateway {

namespace beast = boost::beast;
namespace http = beast::http;

inline std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

/// Returns the limit for a body of that size, which a slow connection needs more time for.
std::chrono::seconds limit_of(std::uint64_t bytes, const HttpOptions& options);

/// Reads one request of a connection. What follows it stays in the buffer.
class IncomingRequest : public HttpBody {
 public:
  using Message = http::request<IncomingBody>;

  IncomingRequest(Transport& transport, beast::flat_buffer& buffer, const HttpOptions& options);

  Task<> read_header(error_code& error);
  /// Reads the body.
  Task<std::string_view> read() override;
  Task<> read_into(const BodyFile& file) override;
  std::chrono::steady_clock::time_point arrived() const override { return arrived_; }
  /// Reads what the handler has not read, if that is little. Returns false if the connection must
  /// be closed instead.
  Task<bool> pass_over();

  const Message& message() const { return parser_.get(); }

 private:
  // True if the client waits until it is asked for the body.
  bool is_expected() const {
    return beast::iequals(message()[http::field::expect], "100-continue");
  }
  Task<> receive(bool is_header, error_code& error);
  Task<> receive_body(std::uint64_t most_bytes, std::uint64_t expected);

  Transport& transport_;
  beast::flat_buffer& buffer_;
  const HttpOptions& options_;
  http::request_parser<IncomingBody> parser_;
  error_code error_;  // of the body
  std::chrono::steady_clock::time_point arrived_;
  std::string inflated_;
  HeldBytes held_;  // of the body in memory, as it came and inflated
};

}  // namespace vecext::gateway
