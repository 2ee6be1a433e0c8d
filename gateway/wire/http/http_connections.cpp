#include "wire/http/http_connections.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/file.hpp>
#include <optional>

#include "base/gzip.h"
#include "wire/http/client_watch.h"
#include "wire/http/encoding.h"
#include "wire/http/incoming.h"
#include "wire/http/reply_head.h"
#include "wire/tls/transport.h"
#include "wire/websocket/websocket.h"

namespace vecext::gateway {

namespace {

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
  request.namespace_id = view(message["x-namespace"]);
  request.request_id = view(message["x-request-id"]);
  request.traceparent = view(message["traceparent"]);
  request.accept_encoding = view(message[http::field::accept_encoding]);
  request.if_none_match = view(message[http::field::if_none_match]);
  request.content_type = view(message[http::field::content_type]);
  request.is_upgrade = is_upgrade(message);
  return request;
}

bool has_field(const HttpReply& reply, std::string_view name) {
  return std::ranges::any_of(reply.headers, [&](const auto& field) { return field.first == name; });
}

// True if a body is so large that it is compressed for clients that take that.
bool is_worth_compressing(const HttpReply& reply, const HttpOptions& options) {
  return options.compress_from > 0 && reply.body.size() >= options.compress_from &&
         !has_field(reply, "Content-Encoding");
}

// Compresses a body if the client takes that.
Task<> compress(HttpReply& reply, std::string_view accepted) {
  if (!has_field(reply, "Vary")) {
    reply.headers.emplace_back("Vary", "Accept-Encoding");
  }
  if (accepts_gzip(accepted)) {
    reply.body = co_await gzip(reply.body);
    reply.headers.emplace_back("Content-Encoding", "gzip");
  }
}

// Writes an answer whose body is so many bytes of a file, part by part.
Task<> write_file(Transport& transport, const std::string& head, beast::file& file,
                  std::uint64_t left, const HttpOptions& options, error_code& error) {
  constexpr std::size_t kPart = 256u << 10;  // bytes
  std::string part(kPart, '\0');
  transport.limit_time(limit_of(left, options));
  std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::const_buffer()};
  co_await transport.write(parts, error);
  while (!error && left > 0) {
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

// Writes a reply, whose body is that of the file if it is open. A small body joins the header.
Task<> send(Transport& transport, const HttpReply& reply, beast::file& file,
            const IncomingRequest::Message& request, bool keeps_alive, const HttpOptions& options,
            error_code& error) {
  constexpr std::size_t kSmall = 16u << 10;  // bytes
  const std::uint64_t size = file.is_open() ? file.size(error) : reply.body.size();
  if (error) {
    co_return;
  }
  std::string head = head_of(reply, request, size, keeps_alive);
  if (file.is_open()) {
    const std::uint64_t left = is_head(request) ? 0 : size;
    co_await write_file(transport, head, file, left, options, error);
    co_return;
  }
  const std::string_view body = is_head(request) ? std::string_view() : reply.body;
  const bool is_small = body.size() <= kSmall;
  if (is_small) {
    head += body;
  }
  transport.limit_time(limit_of(body.size(), options));
  const std::array<asio::const_buffer, 2> parts = {
      asio::buffer(head), is_small ? asio::const_buffer() : asio::buffer(body)};
  co_await transport.write(parts, error);
}

// True if nobody reads an answer: the client has gone, or was silent for too long.
bool is_over(const error_code& error) {
  return error && (error == http::error::end_of_stream || error == http::error::partial_message ||
                   error.category() != make_error_code(http::error::end_of_stream).category());
}

// Returns the answer to a request that the handler does not see: its header could not be read, or
// its body is in an encoding that nothing here reads.
std::optional<HttpReply> refusal_of(const IncomingRequest::Message& request,
                                    const error_code& error, HttpHandler& handler) {
  if (error) {
    return handler.refuse(error == http::error::header_limit ? "The header is too large"
                                                             : "The request is not HTTP");
  }
  if (encoding_of(view(request[http::field::content_encoding]))) {
    return std::nullopt;
  }
  HttpReply reply;
  reply.status = 415;
  reply.body = "Content-Encoding must be gzip or deflate";
  reply.content_type = "text/plain";
  return reply;
}

// What the connections of a thread have in common.
struct Common {
  Common(asio::io_context& loop, const HttpOptions& of, HttpHandler& answers, Shutdown& end)
      : options(of), handler(answers), shutdown(end), watch(loop.get_executor()) {}

  const HttpOptions options;
  HttpHandler& handler;
  Shutdown& shutdown;
  ClientWatch watch;
};

struct ClientConnection {
  std::unique_ptr<Transport> transport;
  beast::flat_buffer buffer;
  bool reads_header = false;

  // True if it waits for a request of which nothing has come.
  bool is_idle() const { return reads_header && buffer.size() == 0 && !transport->has_unread(); }
};

// Reads and answers one request. Returns true if another one may follow. GCC 12 warns of delete
// where such a function is inlined.
[[gnu::noinline]] Task<bool> serve_request(Common& common, ClientConnection& connection) {
  Transport& transport = *connection.transport;
  IncomingRequest incoming(transport, connection.buffer, common.options);
  const IncomingRequest::Message& request = incoming.message();
  error_code error;
  connection.reads_header = true;
  co_await incoming.read_header(error);
  connection.reads_header = false;
  if (is_over(error)) {
    co_return false;
  }
  bool goes_on = false;
  std::optional<HttpReply> reply = refusal_of(request, error, common.handler);
  error.clear();
  if (!reply) {
    ClientWatch::Watched watched(common.watch, transport.socket());
    const HttpRequest asked = request_of(incoming, watched.client);
    reply = co_await common.handler.handle(asked);
    if (reply->conversation) {
      co_await serve_websocket(transport, connection.buffer, request, reply->request_id,
                               watched.client, common.shutdown, reply->conversation);
      co_return false;
    }
    goes_on = co_await incoming.pass_over();
  }
  beast::file file;
  if (!reply->body_file.empty()) {
    file.open(reply->body_file.c_str(), beast::file_mode::scan, error);
    if (error) {
      co_return false;  // it was deleted meanwhile
    }
  }
  if (is_worth_compressing(*reply, common.options)) {
    co_await compress(*reply, view(request[http::field::accept_encoding]));
  }
  const bool keeps_alive = goes_on && request.keep_alive() && !common.shutdown.has_begun();
  co_await send(transport, *reply, file, request, keeps_alive, common.options, error);
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
Task<> serve_connection(std::shared_ptr<Common> common, Accepted accepted) {
  ClientConnection connection;
  const Shutdown::Work work(common->shutdown, [&connection](Stage stage) {
    if (connection.transport != nullptr &&
        (stage == Stage::kGiveUp || (stage == Stage::kIdle && connection.is_idle()))) {
      connection.transport->hang_up();
    }
  });
  connection.transport = co_await open_transport(std::move(accepted), common->options.receive);
  if (connection.transport == nullptr) {
    co_return;
  }
  bool goes_on = true;
  while (goes_on && common->shutdown.stage() < Stage::kIdle) {
    goes_on = co_await serve_request(*common, connection);
  }
  connection.transport->shut_down();
}

}  // namespace

ServeConnection http_connections(asio::io_context& loop, const HttpOptions& options,
                                 HttpHandler& handler, Shutdown& shutdown) {
  return [common = std::make_shared<Common>(loop, options, handler, shutdown)](Accepted accepted) {
    return serve_connection(common, std::move(accepted));
  };
}

}  // namespace vecext::gateway
