// The body of a request that a client is still sending, by plain connections or by TLS.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>

#include "base/failure.h"
#include "wire/http/encoding.h"
#include "wire/http/message.h"
#include "wire/http/server.h"

namespace vecext::gateway {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

inline auto await_or(error_code& error) {
  return asio::redirect_error(asio::use_awaitable_t<Executor>(), error);
}

inline std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

template <class AnyStream>
void limit_time(AnyStream& stream, std::chrono::seconds limit) {
  beast::get_lowest_layer(stream).expires_after(limit);
}

/// The limit for a body of that size, which a slow connection needs more time for.
inline std::chrono::seconds limit_of(std::uint64_t bytes, const HttpOptions& options) {
  constexpr std::uint64_t kLeastRate = 128u << 10;  // bytes a second
  return options.receive + std::chrono::seconds(bytes / kLeastRate);
}

/// The body of the request whose header a parser has read.
template <class AnyStream>
class StreamBody : public HttpBody {
 public:
  using Parser = http::request_parser<http::string_body>;

  StreamBody(AnyStream& stream, beast::flat_buffer& buffer, Parser& parser,
             const HttpOptions& options)
      : stream_(stream), buffer_(buffer), parser_(parser), options_(options) {}

  Task<std::string_view> read() override {
    if (!parser_.is_done()) {
      if (is_expected()) {
        http::response<http::empty_body> go_on(http::status::continue_, 11);
        limit_time(stream_, options_.receive);
        co_await http::async_write(stream_, go_on, await_or(error_));
      }
      co_await receive();
    }
    const std::string& body = parser_.get().body();
    const auto encoding = encoding_of(view(parser_.get()[http::field::content_encoding]));
    if (encoding == Encoding::kIdentity || body.empty()) {
      co_return body;
    }
    if (inflated_.empty()) {
      inflated_ = co_await inflate_body(body, options_.body_limit);
    }
    co_return inflated_;
  }

  /// Reads what the handler has not read, if that is little. Returns false if it is not.
  Task<bool> pass_over() {
    constexpr std::uint64_t kLittle = 64u << 10;  // bytes
    const auto left = parser_.content_length_remaining();
    if (!parser_.is_done() && !error_ && !is_expected() && left && *left <= kLittle) {
      limit_time(stream_, options_.receive);
      co_await http::async_read(stream_, buffer_, parser_, await_or(error_));
    }
    co_return parser_.is_done() && !error_;
  }

 private:
  // True if the client waits until it is asked for the body.
  bool is_expected() const { return parser_.get()[http::field::expect] == "100-continue"; }

  Task<> receive() {
    limit_time(stream_, limit_of(parser_.content_length_remaining().value_or(0), options_));
    co_await http::async_read(stream_, buffer_, parser_, await_or(error_));
    if (error_) {
      throw Failure(FailureKind::kBadJson, error_ == http::error::body_limit
                                               ? "Payload exceeds the limit of its size"
                                               : "The body of the request cannot be read");
    }
  }

  AnyStream& stream_;
  beast::flat_buffer& buffer_;
  Parser& parser_;
  const HttpOptions& options_;
  error_code error_;
  std::string inflated_;
};

}  // namespace vecext::gateway
