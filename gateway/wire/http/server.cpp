#include "wire/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "wire/http/client_watch.h"
#include "wire/http/stream_body.h"
#include "wire/tls/tls.h"

namespace vecext::gateway {

namespace {

using Tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Stream = beast::basic_stream<Tcp, Executor>;

HttpRequest request_of(const http::request<http::string_body>& message, HttpBody& body,
                       Client& client) {
  HttpRequest request;
  request.method = view(message.method_string());
  request.target = view(message.target());
  request.body = &body;
  request.client = &client;
  request.api_key = view(message["api-key"]);
  request.authorization = view(message[http::field::authorization]);
  request.request_id = view(message["x-request-id"]);
  request.traceparent = view(message["traceparent"]);
  request.accept_encoding = view(message[http::field::accept_encoding]);
  request.if_none_match = view(message[http::field::if_none_match]);
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
  for (const auto& [name, value] : reply.headers) {
    message.set(boost::beast::string_view(name.data(), name.size()),
                boost::beast::string_view(value.data(), value.size()));
  }
  if (request.method() == http::verb::options) {
    message.set(http::field::access_control_allow_methods, "*");
    message.set(http::field::access_control_allow_headers, "*");
  }
  message.body() = std::move(reply.body);
  message.prepare_payload();
  return message;
}

// Compresses an answer if it is large and the client takes that.
Task<> compress(http::response<http::string_body>& message, std::string_view accepted,
                const HttpOptions& options) {
  const bool is_compressed = message.find(http::field::content_encoding) != message.end();
  if (is_compressed || options.compress_from == 0 ||
      message.body().size() < options.compress_from) {
    co_return;
  }
  message.set(http::field::vary, "Accept-Encoding");
  if (accepts_gzip(accepted)) {
    message.body() = co_await gzip_body(message.body());
    message.set(http::field::content_encoding, "gzip");
    message.prepare_payload();
  }
}

// Reads what the client is still sending, for a while. Without that, the kernel would reset the
// connection, and the client would not see our answer.
template <class AnyStream>
Task<> drain(AnyStream& stream, beast::flat_buffer& buffer) {
  constexpr std::size_t kMost = 256u << 20;  // bytes
  constexpr std::size_t kPart = 64u << 10;
  error_code error;
  limit_time(stream, std::chrono::seconds(5));
  for (std::size_t read = 0; !error && read < kMost;) {
    buffer.clear();
    const std::size_t part =
        co_await stream.async_read_some(buffer.prepare(kPart), await_or(error));
    read += part;
  }
}

// True if nobody reads an answer: the client has gone, or was silent for too long.
bool is_over(const error_code& error) {
  return error && (error == http::error::end_of_stream || error == http::error::partial_message ||
                   error.category() != make_error_code(http::error::end_of_stream).category());
}

HttpReply refuse_encoding() {
  HttpReply reply;
  reply.status = 415;
  reply.body = "Content-Encoding must be gzip or deflate";
  reply.content_type = "text/plain";
  return reply;
}

// Reads and answers one request. Returns true if another one may follow.
template <class AnyStream>
Task<bool> serve_request(AnyStream& stream, beast::flat_buffer& buffer, const HttpOptions& options,
                         HttpHandler& handler, ClientWatch& watch) {
  constexpr std::uint32_t kHeaderLimit = 64u << 10;  // bytes: a token may be long
  error_code error;
  http::request_parser<http::string_body> parser;
  parser.header_limit(kHeaderLimit);
  parser.body_limit(options.body_limit);
  limit_time(stream, options.idle);
  co_await http::async_read_header(stream, buffer, parser, await_or(error));
  if (is_over(error)) {
    co_return false;
  }
  const auto& request = parser.get();
  HttpReply reply;
  bool goes_on = false;
  if (error) {
    reply =
        handler.refuse(error == http::error::header_limit ? "The header is too large"
                       : error == http::error::body_limit ? "Payload exceeds the limit of its size"
                                                          : "The request is not HTTP");
  } else {
    StreamBody<AnyStream> body(stream, buffer, parser, options);
    if (!encoding_of(view(request[http::field::content_encoding]))) {
      reply = refuse_encoding();
    } else {
      const auto socket = beast::get_lowest_layer(stream).socket().native_handle();
      ClientWatch::Watched watched(watch, socket);
      const HttpRequest asked = request_of(request, body, watched.client);
      reply = co_await handler.handle(asked);
    }
    goes_on = co_await body.pass_over();
  }
  http::response<http::string_body> message = message_of(std::move(reply), request);
  co_await compress(message, view(request[http::field::accept_encoding]), options);
  const bool keeps_alive = goes_on && request.keep_alive();
  message.keep_alive(keeps_alive);
  limit_time(stream, limit_of(message.body().size(), options));
  co_await http::async_write(stream, message, await_or(error));
  if (error) {
    co_return false;
  }
  // Behind a body that was not read, the next request has no beginning.
  if (!goes_on) {
    beast::get_lowest_layer(stream).socket().shutdown(Tcp::socket::shutdown_send, error);
    co_await drain(stream, buffer);
  }
  co_return keeps_alive;
}

// Serves one connection until its client or a time limit ends it.
template <class AnyStream>
Task<> serve_connection(AnyStream stream, const HttpOptions& options, HttpHandler& handler,
                        ClientWatch& watch) {
  beast::flat_buffer buffer;
  bool goes_on = true;
  while (goes_on) {
    goes_on = co_await serve_request(stream, buffer, options, handler, watch);
  }
  error_code ignored;
  beast::get_lowest_layer(stream).socket().shutdown(Tcp::socket::shutdown_send, ignored);
}

using TlsStream = beast::ssl_stream<Stream>;

Task<> serve_tls(Stream stream, std::shared_ptr<Tls::Context> context, const HttpOptions& options,
                 HttpHandler& handler, ClientWatch& watch) {
  TlsStream secure(std::move(stream), *context);
  error_code error;
  limit_time(secure, options.receive);
  co_await secure.async_handshake(asio::ssl::stream_base::server, await_or(error));
  if (!error) {
    co_await serve_connection(std::move(secure), options, handler, watch);
  }
}

Task<> accept_connections(Acceptor acceptor, const HttpOptions& options, HttpHandler& handler,
                          const Tls* tls) {
  ClientWatch watch(acceptor.get_executor());
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
    Stream stream(std::move(socket));
    asio::co_spawn(acceptor.get_executor(),
                   tls == nullptr
                       ? serve_connection(std::move(stream), options, handler, watch)
                       : serve_tls(std::move(stream), tls->context(), options, handler, watch),
                   asio::detached);
  }
}

}  // namespace

std::uint16_t serve_http(asio::io_context& loop, const HttpOptions& options, HttpHandler& handler,
                         const Tls* tls) {
  const Tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
  acceptor.bind(endpoint);
  acceptor.listen(asio::socket_base::max_listen_connections);
  const std::uint16_t port = acceptor.local_endpoint().port();
  asio::co_spawn(loop.get_executor(),
                 accept_connections(std::move(acceptor), options, handler, tls), asio::detached);
  return port;
}

}  // namespace vecext::gateway
