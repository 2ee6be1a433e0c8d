// Requests and replies of HTTP/2 as a handler of gRPC sees them.
#pragma once

#include <any>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/client.h"
#include "base/task.h"

namespace vecext::gateway {

/// A request whose body has arrived. It has those of its headers that gRPC or the gateway reads.
struct Http2Request {
  std::string method;
  std::string path;
  std::string content_type;
  std::string timeout;          // grpc-timeout
  std::string encoding;         // grpc-encoding
  std::string accept_encoding;  // grpc-accept-encoding
  std::string api_key;
  std::string authorization;
  std::string namespace_id;  // x-namespace
  std::string request_id;    // x-request-id
  std::string traceparent;
  std::string body;
  Client* client = nullptr;  // may go before it has its answer
  std::any admitted;         // what refuse_early has kept for the handler
  std::size_t most_bytes =
      std::numeric_limits<std::size_t>::max();  // of the body; refuse_early may lower it
};

using Http2Headers = std::vector<std::pair<std::string, std::string>>;

/// Trailers follow the body. If that is empty, they are sent as headers.
struct Http2Reply {
  int status = 200;
  Http2Headers headers;
  std::string body;
  Http2Headers trailers;
};

/// Why a request is refused before it has arrived as a whole.
enum class Http2Fault { kBodyTooLarge, kTooManyRequests, kOutOfMemory };

/// A conversation on one stream, in turns. It does not throw.
class Http2Dialogue {
 public:
  virtual ~Http2Dialogue() = default;
  /// Takes bytes of the client, whose last ones come with `is_end`, and appends what is to be sent
  /// to `out`. Returns the trailers if that ends the dialogue, or nothing.
  virtual Http2Headers receive(std::string_view bytes, bool is_end, std::string& out) = 0;
  /// Is called when the server is about to end, and appends and returns what `receive` does.
  virtual Http2Headers end(std::string&) { return {}; }
};

/// Answers the requests of one thread's connections. It does not throw.
class Http2Handler {
 public:
  virtual ~Http2Handler() = default;
  /// Returns the answer to a request that its headers alone refuse, before its body comes, or
  /// nothing. It is called once, before all others.
  virtual std::optional<Http2Reply> refuse_early(Http2Request& request) = 0;
  /// Returns the dialogue that a request begins, or null if its body is to be read first.
  virtual std::unique_ptr<Http2Dialogue> begin_dialogue(const Http2Request& request) = 0;
  virtual Task<Http2Reply> handle(const Http2Request& request) = 0;
  virtual Http2Reply refuse(Http2Fault fault) = 0;
};

}  // namespace vecext::gateway
