// Requests and replies of HTTP as a handler sees them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/client.h"
#include "base/task.h"

namespace vecext::gateway {

class WebSocket;

/// Where the body of a request goes.
struct BodyFile {
  std::filesystem::path path;  // what is there is replaced
  std::uint64_t most_bytes;
};

/// The body of a request, which is still on its way.
class HttpBody {
 public:
  virtual ~HttpBody() = default;
  /// Reads it, and decompresses it; returns the same at every call. Throws a Failure kBadJson if it
  /// is larger than the limit, or is not what the header says. Valid until the handler has
  /// returned.
  virtual Task<std::string_view> read() = 0;
  /// Reads it into a file, part by part, in place of `read`; its limit is that of the file. Throws
  /// a Failure kBadInput if it is compressed, kOutOfSpace if the file cannot be written, else as
  /// `read` does. The file is the caller's, also then.
  virtual Task<> read_into(const BodyFile& file) = 0;
  /// Returns when the request had arrived: its body if that has been read, and its header
  /// otherwise.
  virtual std::chrono::steady_clock::time_point arrived() const = 0;
};

/// A request whose header has been read. Its texts are valid until the handler has returned its
/// reply.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  // path and query string, as sent
  HttpBody* body = nullptr;
  Client* client = nullptr;        // may go before it has its answer
  std::string_view api_key;        // header api-key
  std::string_view authorization;  // header Authorization
  std::string_view namespace_id;   // header x-namespace
  std::string_view accept_encoding;
  std::string_view if_none_match;
  std::string_view content_type;
  std::string_view request_id;   // header x-request-id
  std::string_view traceparent;  // header traceparent
  bool is_upgrade = false;       // it asks for a WebSocket in place of an answer
};

/// An endpoint as logs and metrics name it: never the path of a request.
struct Endpoint {
  std::string_view method;
  std::string_view pattern;
};

struct HttpReply {
  unsigned status = 200;
  std::string body;
  std::string_view content_type = "application/json";
  std::optional<unsigned> retry_after;                                 // seconds
  std::vector<std::pair<std::string_view, std::string_view>> headers;  // texts that do not change
  std::string request_id;           // empty: that of the client, or a new one
  std::filesystem::path body_file;  // is sent in place of the body, if it is not empty
  // Takes the place of an answer, if it is not null; for a request that is_upgrade.
  std::function<Task<>(WebSocket& socket)> conversation;
  // For logs and metrics.
  std::optional<std::size_t> endpoint;  // its place among the handler's
  std::string sql_state;                // if the server raised an error
};

/// Answers the requests of one thread's connections. It does not throw. A body that it does not
/// read is passed over, or the connection is closed.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual Task<HttpReply> handle(const HttpRequest& request) = 0;
  /// Answers a request that cannot be read.
  virtual HttpReply refuse(std::string_view reason) = 0;
  virtual const std::vector<Endpoint>& endpoints() const = 0;
};

}  // namespace vecext::gateway
