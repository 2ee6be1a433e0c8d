#include "wire/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/file.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>

#include "wire/http/client_watch.h"
#include "wire/http/encoding.h"
#include "wire/http/incoming.h"
#include "wire/tls/listener.h"
#include "wire/tls/transport.h"
#include "wire/websocket/websocket.h"

namespace vecext::gateway {

namespace {

using Answer = http::response<http::string_body>;

bool is_head(const IncomingRequest::Message& request) {
  return request.method() == http::verb::head;
}

HttpRequest request_of(IncomingRequest& incoming, Client& client) {
  const IncomingRequest::Message& message = incoming.message();
  HttpRequest request;
  // A request of the header alone is a GET whose body is not sent.
  request.method = is_head(message) ? "GET" : view(message.method_string());
  request.target = view(message.target());
  request.body = &incoming;
  request.client = &client;
  request.api_key = view(message["api-key"]);
  request.authorization = view(message[http::field::authorization]);
  request.request_id = view(message["x-request-id"]);
  request.traceparent = view(message["traceparent"]);
  request.accept_encoding = view(message[http::field::accept_encoding]);
  request.if_none_match = view(message[http::field::if_none_match]);
  request.content_type = view(message[http::field::content_type]);
  request.is_upgrade = is_upgrade(message);
  return request;
}

Answer message_of(HttpReply reply, const IncomingRequest::Message& request) {
  Answer message(static_cast<http::status>(reply.status), request.version());
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
Task<> compress(Answer& message, std::string_view accepted, const HttpOptions& options) {
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

std::string head_of(Answer& answer, error_code& error) {
  std::string head;
  http::response_serializer<http::string_body> serializer(answer);
  serializer.split(true);
  serializer.next(error, [&](error_code&, const auto& buffers) {
    for (const asio::const_buffer part : beast::buffers_range_ref(buffers)) {
      head.append(static_cast<const char*>(part.data()), part.size());
    }
  });
  return head;
}

// Writes an answer, a small one at once. `has_body` is false if the header is all of it.
Task<> write(Transport& transport, Answer& answer, bool has_body, const HttpOptions& options,
             error_code& error) {
  constexpr std::size_t kSmall = 16u << 10;  // bytes
  std::string head = head_of(answer, error);
  const std::string_view body = has_body ? std::string_view(answer.body()) : std::string_view();
  const bool is_small = body.size() <= kSmall;
  if (is_small) {
    head += body;
  }
  transport.limit_time(limit_of(body.size(), options));
  const std::array<asio::const_buffer, 2> parts = {
      asio::buffer(head), is_small ? asio::const_buffer() : asio::buffer(body)};
  co_await transport.write(parts, error);
}

// Writes an answer whose body is a file, part by part.
Task<> write_file(Transport& transport, Answer& answer, beast::file& file, bool has_body,
                  const HttpOptions& options, error_code& error) {
  constexpr std::size_t kPart = 256u << 10;  // bytes
  std::uint64_t left = file.size(error);
  if (error) {
    co_return;
  }
  answer.content_length(left);
  std::string head = head_of(answer, error);
  std::string part(kPart, '\0');
  transport.limit_time(limit_of(left, options));
  std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::const_buffer()};
  co_await transport.write(parts, error);
  while (!error && has_body && left > 0) {
    const std::size_t size = file.read(part.data(), std::min<std::uint64_t>(left, kPart), error);
    if (!error && size == 0) {
      error = http::error::partial_message;  // the file is shorter than it was
    }
    if (!error) {
      parts[0] = asio::buffer(part.data(), size);
      co_await transport.write(parts, error);
    }
    left -= size;
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

// What the connections of a thread have in common.
struct Server {
  Server(asio::io_context& loop, const HttpOptions& of, HttpHandler& answers, Shutdown& end)
      : options(of), handler(answers), shutdown(end), watch(loop.get_executor()) {}

  const HttpOptions& options;
  HttpHandler& handler;
  Shutdown& shutdown;
  ClientWatch watch;
};

struct Connection {
  std::unique_ptr<Transport> transport;
  beast::flat_buffer buffer;
  bool is_idle = false;  // it waits for a request
};

// Reads and answers one request. Returns true if another one may follow. GCC 12 warns of delete
// where such a function is inlined.
[[gnu::noinline]] Task<bool> serve_request(Server& server, Connection& connection) {
  const HttpOptions& options = server.options;
  HttpHandler& handler = server.handler;
  Transport& transport = *connection.transport;
  IncomingRequest incoming(transport, connection.buffer, options);
  const IncomingRequest::Message& request = incoming.message();
  error_code error;
  connection.is_idle = true;
  co_await incoming.read_header(error);
  connection.is_idle = false;
  if (is_over(error)) {
    co_return false;
  }
  HttpReply reply;
  beast::file file;  // what is sent in place of a body
  bool goes_on = false;
  if (error) {
    reply = handler.refuse(error == http::error::header_limit ? "The header is too large"
                                                              : "The request is not HTTP");
  } else if (!encoding_of(view(request[http::field::content_encoding]))) {
    reply = refuse_encoding();
  } else {
    ClientWatch::Watched watched(server.watch, transport.socket());
    const HttpRequest asked = request_of(incoming, watched.client);
    reply = co_await handler.handle(asked);
    if (reply.conversation) {
      co_await serve_websocket(transport, connection.buffer, request, reply.request_id,
                               watched.client, server.shutdown, reply.conversation);
      co_return false;
    }
    goes_on = co_await incoming.pass_over();
    if (!reply.body_file.empty()) {
      file.open(reply.body_file.c_str(), beast::file_mode::scan, error);
      if (error) {
        co_return false;  // it was deleted meanwhile
      }
    }
  }
  Answer answer = message_of(std::move(reply), request);
  co_await compress(answer, view(request[http::field::accept_encoding]), options);
  const bool keeps_alive = goes_on && request.keep_alive() && !server.shutdown.has_begun();
  answer.keep_alive(keeps_alive);
  error.clear();
  if (file.is_open()) {
    co_await write_file(transport, answer, file, !is_head(request), options, error);
  } else {
    co_await write(transport, answer, !is_head(request), options, error);
  }
  // Behind a body that was not read, the next request has no beginning.
  if (!error && !goes_on) {
    transport.shut_down();
    constexpr std::uint64_t kMost = 256u << 20;  // bytes
    co_await transport.drain(kMost, std::chrono::seconds(5));
  }
  co_return keeps_alive && !error;
}

// Serves one connection until its client, a time limit or the shutdown ends it. Requests of one
// that is hung up are given up by the watch.
Task<> serve_connection(std::shared_ptr<Server> server, TcpStream stream,
                        std::shared_ptr<Tls::Context> context) {
  Connection connection;
  connection.transport =
      co_await open_transport(std::move(stream), std::move(context), server->options.receive);
  if (connection.transport == nullptr) {
    co_return;
  }
  const Shutdown::Work work(server->shutdown, [&connection](Stage stage) {
    if (stage == Stage::kGiveUp || (stage == Stage::kIdle && connection.is_idle)) {
      connection.transport->hang_up();
    }
  });
  bool goes_on = true;
  while (goes_on && server->shutdown.stage() < Stage::kIdle) {
    goes_on = co_await serve_request(*server, connection);
  }
  connection.transport->shut_down();
}

}  // namespace

std::uint16_t serve_http(asio::io_context& loop, const HttpOptions& options, HttpHandler& handler,
                         const Tls* tls, Shutdown& shutdown) {
  const auto server = std::make_shared<Server>(loop, options, handler, shutdown);
  const auto serve = [server](TcpStream stream, std::shared_ptr<Tls::Context> context) {
    return serve_connection(server, std::move(stream), std::move(context));
  };
  return serve_connections(loop, options.address, options.port, tls, shutdown, serve);
}

}  // namespace vecext::gateway
