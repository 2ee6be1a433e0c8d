// WebSocket: a conversation in messages on a connection that began with HTTP.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/client.h"
#include "base/shutdown.h"
#include "base/task.h"
#include "wire/tls/transport.h"

namespace vecext::gateway {

/// Codes that a conversation ends with (RFC 6455, 7.4.1).
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,  // the server is about to end
  kWrongData = 1003,  // a message that is not text
  kRefused = 1008,    // the client has to change its request
  kFault = 1011,      // a fault of the server
  kTryAgain = 1013,   // the same request may succeed later
};

class WebSocket {
 public:
  virtual ~WebSocket() = default;

  /// Returns the next text, or nothing if the client has gone, sends none within the limit, or
  /// sends something else, or if the server is about to end.
  virtual Task<std::optional<std::string>> receive(std::chrono::seconds limit) = 0;
  /// Sends a text, and returns when the network has taken it, so it waits for a client that does
  /// not read. Returns false if the client has gone.
  virtual Task<bool> send(std::string_view text) = 0;
  /// Closes the conversation with this code.
  virtual Task<> close(CloseCode code) = 0;
  /// Sets the limit of the size of texts that are received from now on; at first it is 64 kB. A
  /// larger text ends the conversation.
  virtual void limit_messages(std::uint64_t most_bytes) = 0;
  /// Returns the id of the request that it began with.
  virtual std::string_view request_id() const = 0;
};

/// A function that has the conversation. It does not throw.
using Conversation = std::function<Task<>(WebSocket& socket)>;

using HttpHeader = boost::beast::http::request_header<>;

/// True if the request asks for a WebSocket in place of an answer, as RFC 6455 says.
bool is_upgrade(const HttpHeader& request);

/// Answers such a request, has the conversation, and closes the connection. `read` has the bytes
/// that were read behind the header. `client` has gone once the other side has closed the
/// connection, or the conversation has ended. When connections that wait for a request are closed,
/// it is closed as soon as its next message is waited for.
Task<> serve_websocket(Transport& transport, boost::beast::flat_buffer& read,
                       const HttpHeader& request, std::string_view request_id, Client& client,
                       Shutdown& shutdown, const Conversation& conversation);

}  // namespace vecext::gateway
