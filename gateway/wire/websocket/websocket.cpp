#include "wire/websocket/websocket.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "wire/websocket/transport_stream.h"

namespace vecext::gateway {

namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

// One coroutine reads messages all the time, so that pings are answered, and it is noticed when the
// client goes. It keeps one message until the conversation receives it, and reads no more
// meanwhile.
class BeastSocket : public WebSocket {
 public:
  BeastSocket(Transport& transport, boost::beast::flat_buffer& read, std::string_view request_id,
              Client& client, Shutdown& shutdown)
      : stream_(transport, read),
        request_id_(request_id),
        client_(client),
        shutdown_(shutdown),
        has_arrived_(transport.executor()),
        has_changed_(transport.executor()),
        work_(shutdown, [this](Stage) { has_arrived_.cancel(); }) {}

  // Answers the handshake. Returns false if that fails, as for a request with a wrong header.
  Task<bool> accept(const HttpHeader& header);
  void begin() { asio::co_spawn(stream_.get_executor(), read_all(), asio::detached); }
  // Closes the connection, and waits until nothing is read from it.
  Task<> end();

  Task<std::optional<std::string>> receive(std::chrono::seconds limit) override;
  Task<bool> send(std::string_view text) override;
  Task<> close(CloseCode code) override;
  void limit_messages(std::uint64_t most_bytes) override { stream_.read_message_max(most_bytes); }
  std::string_view request_id() const override { return request_id_; }

 private:
  Task<> read_all();
  bool is_ending() const { return shutdown_.stage() >= Stage::kIdle; }

  websocket::stream<TransportStream, false> stream_;  // without compression
  const std::string request_id_;
  Client& client_;
  Shutdown& shutdown_;
  std::optional<std::string> message_;
  CloseCode end_code_ = CloseCode::kNormal;  // of a conversation that has no code of its own
  bool is_over_ = false;                     // nothing is read any more
  bool is_closed_ = false;                   // close() was called
  Timer has_arrived_;  // is cancelled when a message has come, or none can come any more
  Timer has_changed_;  // is cancelled when the message was taken, or one of the flags is set
  const Shutdown::Work work_;
};

Task<bool> BeastSocket::accept(const HttpHeader& header) {
  // A client from which nothing comes, not even the answer to a ping, is cut after the idle time.
  websocket::stream_base::timeout limits;
  limits.handshake_timeout = std::chrono::seconds(10);
  limits.idle_timeout = std::chrono::minutes(5);
  limits.keep_alive_pings = true;
  stream_.set_option(limits);
  constexpr std::size_t kFirstLimit = 64u << 10;  // bytes, until the conversation admits more
  stream_.read_message_max(kFirstLimit);
  stream_.set_option(websocket::stream_base::decorator(
      [id = request_id_](auto& response) { response.set("x-request-id", id); }));
  const http::request<http::empty_body> request(header);
  stream_.next_layer().transport().unlimit_time();
  error_code error;
  co_await stream_.async_accept(request, await_or(error));
  stream_.text(true);
  stream_.auto_fragment(false);  // a message goes to the network as it is, without a copy
  co_return !error;
}

Task<> BeastSocket::read_all() {
  error_code error;
  while (!error && !is_closed_) {
    std::string text;
    auto buffer = asio::dynamic_buffer(text);
    co_await stream_.async_read(buffer, await_or(error));
    if (!error && stream_.got_text()) {
      message_ = std::move(text);
      has_arrived_.cancel();
    } else if (!error) {
      error = websocket::error::bad_data_frame;
      end_code_ = CloseCode::kWrongData;
    }
    while (message_ && !is_closed_) {
      has_changed_.expires_at(Timer::time_point::max());
      error_code ignored;
      co_await has_changed_.async_wait(await_or(ignored));
    }
  }
  is_over_ = true;
  client_.leave();
  has_arrived_.cancel();
  has_changed_.cancel();
}

Task<std::optional<std::string>> BeastSocket::receive(std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!message_ && !is_over_ && !is_ending() && std::chrono::steady_clock::now() < end) {
    has_arrived_.expires_at(end);
    error_code ignored;
    co_await has_arrived_.async_wait(await_or(ignored));
  }
  if (is_ending()) {
    end_code_ = is_over_ ? end_code_ : CloseCode::kGoingAway;
    co_return std::nullopt;
  }
  std::optional<std::string> taken = std::move(message_);
  message_.reset();
  has_changed_.cancel();
  co_return taken;
}

Task<bool> BeastSocket::send(std::string_view text) {
  error_code error = asio::error::operation_aborted;
  if (!is_over_ && !is_closed_) {
    co_await stream_.async_write(asio::buffer(text), await_or(error));
  }
  co_return !error;
}

Task<> BeastSocket::close(CloseCode code) {
  is_closed_ = true;
  has_changed_.cancel();
  if (stream_.is_open()) {
    error_code ignored;
    const auto number = static_cast<websocket::close_code>(code);
    co_await stream_.async_close(websocket::close_reason(number), await_or(ignored));
  }
}

Task<> BeastSocket::end() {
  if (!is_closed_) {
    co_await close(end_code_);
  }
  Transport& transport = stream_.next_layer().transport();
  if (is_over_ && !stream_.next_layer().has_ended()) {
    constexpr std::uint64_t kMost = 1u << 20;  // bytes
    co_await transport.drain(kMost, std::chrono::seconds(2));
  }
  transport.close();
  while (!is_over_) {
    has_changed_.expires_at(Timer::time_point::max());
    error_code ignored;
    co_await has_changed_.async_wait(await_or(ignored));
  }
}

}  // namespace

bool is_upgrade(const HttpHeader& request) {
  constexpr std::size_t kLongestKey = 24;  // 16 bytes in base64
  return websocket::is_upgrade(request) && request.count(http::field::host) > 0 &&
         request.count(http::field::sec_websocket_key) > 0 &&
         request[http::field::sec_websocket_key].size() <= kLongestKey &&
         request[http::field::sec_websocket_version] == "13";
}

Task<> serve_websocket(Transport& transport, boost::beast::flat_buffer& read,
                       const HttpHeader& request, std::string_view request_id, Client& client,
                       Shutdown& shutdown, const Conversation& conversation) {
  BeastSocket socket(transport, read, request_id, client, shutdown);
  const bool is_open = co_await socket.accept(request);
  if (is_open) {
    socket.begin();
    co_await conversation(socket);
    co_await socket.end();
  }
}

}  // namespace vecext::gateway
