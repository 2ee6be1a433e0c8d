#include "wire/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "wire/http/body_file.h"

namespace vecext::gateway {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Stream = beast::basic_stream<Tcp, Executor>;
using boost::system::error_code;

constexpr asio::use_awaitable_t<Executor> kAwait;

auto await_or(error_code& error) {
  return asio::redirect_error(kAwait, error);
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

HttpRequest request_of(const http::request<http::string_body>& message) {
  HttpRequest request;
  request.method = view(message.method_string());
  request.target = view(message.target());
  request.body = message.body();
  request.api_key = view(message["api-key"]);
  request.authorization = view(message[http::field::authorization]);
  request.request_id = view(message["x-request-id"]);
  request.traceparent = view(message["traceparent"]);
  request.content_type = view(message[http::field::content_type]);
  return request;
}

http::response<http::string_body> message_of(HttpReply reply,
                                             const http::request<http::string_body>& request) {
  http::response<http::string_body> message(static_cast<http::status>(reply.status),
                                            request.version());
  message.set(http::field::content_type,
              boost::beast::string_view(reply.content_type.data(), reply.content_type.size()));
  message.set(http::field::access_control_allow_origin, "*");
  if (!reply.request_id.empty()) {
    message.set("x-request-id", reply.request_id);
  }
  if (reply.retry_after) {
    message.set(http::field::retry_after, std::to_string(*reply.retry_after));
  }
  if (request.method() == http::verb::options) {
    message.set(http::field::access_control_allow_methods, "*");
    message.set(http::field::access_control_allow_headers, "*");
  }
  message.body() = std::move(reply.body);
  message.prepare_payload();
  return message;
}

// Reads what the client is still sending, for a while. Without that, the kernel would reset the
// connection, and the client would not see our answer.
Task<> drain(Stream& stream, beast::flat_buffer& buffer) {
  constexpr std::size_t kMost = 256u << 20;  // bytes
  constexpr std::size_t kPart = 64u << 10;
  error_code error;
  stream.expires_after(std::chrono::seconds(5));
  for (std::size_t read = 0; !error && read < kMost;) {
    buffer.clear();
    const std::size_t part =
        co_await stream.async_read_some(buffer.prepare(kPart), await_or(error));
    read += part;
  }
}

// Reads and answers the requests of one connection until its client or a time limit ends it.
Task<> serve_connection(Stream stream, const HttpOptions& options, HttpHandler& handler) {
  beast::flat_buffer buffer;
  error_code error;
  bool keeps_alive = true;
  while (keeps_alive) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(boost::none);  // until it is known where the body goes
    stream.expires_after(options.idle);
    co_await http::async_read_header(stream, buffer, parser, await_or(error));
    std::variant<std::monostate, BodyFile, HttpReply> intake;
    if (!error && view(parser.get()[http::field::content_type]).starts_with("multipart/")) {
      intake = handler.before_body(request_of(parser.get()));
    }
    HttpReply* refusal = std::get_if<HttpReply>(&intake);
    const BodyFile* file = std::get_if<BodyFile>(&intake);
    if (!error && file == nullptr) {
      parser.body_limit(options.body_limit);
      if (parser.content_length().value_or(0) > options.body_limit) {
        error = http::error::body_limit;
      }
    }
    if (!error && refusal == nullptr) {
      stream.expires_after(options.receive);
      if (parser.get()[http::field::expect] == "100-continue") {
        http::response<http::empty_body> go_on(http::status::continue_, 11);
        co_await http::async_write(stream, go_on, await_or(error));
      }
      if (file == nullptr) {
        co_await http::async_read(stream, buffer, parser, await_or(error));
      } else {
        co_await read_to_file(stream, buffer, parser, *file, options.receive, error);
      }
    }
    // The client has gone, or was silent for too long: nobody reads an answer.
    const bool is_over = error == http::error::end_of_stream ||
                         error == http::error::partial_message ||
                         error.category() != make_error_code(http::error::end_of_stream).category();
    if (error && is_over) {
      break;
    }
    const bool is_refused = error.failed() || refusal != nullptr;
    HttpReply reply;
    if (refusal != nullptr) {
      reply = std::move(*refusal);
    } else if (is_refused) {
      reply =
          handler.refuse(error == http::error::body_limit ? "Payload exceeds the limit of its size"
                                                          : "The request is not HTTP");
    } else {
      HttpRequest request = request_of(parser.get());
      request.body_file = file == nullptr ? "" : file->path;
      reply = co_await handler.handle(request);
    }
    if (file != nullptr) {
      std::error_code ignored;
      std::filesystem::remove(file->path, ignored);
    }
    const std::filesystem::path body_file = std::move(reply.body_file);
    http::response<http::string_body> message = message_of(std::move(reply), parser.get());
    // Behind a body that was not read, the next request has no beginning.
    keeps_alive = parser.get().keep_alive() && !is_refused;
    message.keep_alive(keeps_alive);
    stream.expires_after(options.receive);
    if (body_file.empty()) {
      co_await http::async_write(stream, message, await_or(error));
    } else {
      co_await write_from_file(stream, message.base(), body_file, options.receive, error);
    }
    if (error) {
      break;
    }
    if (is_refused) {
      stream.socket().shutdown(Tcp::socket::shutdown_send, error);
      co_await drain(stream, buffer);
    }
  }
  stream.socket().shutdown(Tcp::socket::shutdown_send, error);
}

Task<> accept_connections(Acceptor acceptor, const HttpOptions& options, HttpHandler& handler) {
  while (true) {
    error_code error;
    auto socket = co_await acceptor.async_accept(await_or(error));
    if (error == asio::error::operation_aborted) {
      co_return;
    }
    if (error) {
      continue;  // the client has gone, or the process has too many files open for a moment
    }
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    asio::co_spawn(acceptor.get_executor(),
                   serve_connection(Stream(std::move(socket)), options, handler), asio::detached);
  }
}

}  // namespace

std::uint16_t serve_http(asio::io_context& loop, const HttpOptions& options, HttpHandler& handler) {
  const Tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
  acceptor.bind(endpoint);
  acceptor.listen(asio::socket_base::max_listen_connections);
  const std::uint16_t port = acceptor.local_endpoint().port();
  asio::co_spawn(loop.get_executor(), accept_connections(std::move(acceptor), options, handler),
                 asio::detached);
  return port;
}

}  // namespace vecext::gateway
