// Requests and replies of HTTP as a handler sees them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

/// A request. Its texts are valid until the handler has returned its reply.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  // path and query string, as sent
  std::string_view body;
  std::string_view api_key;         // header api-key
  std::string_view authorization;   // header Authorization
  std::string_view request_id;      // header x-request-id
  std::string_view traceparent;     // header traceparent
  std::string_view content_type;    // header Content-Type
  std::filesystem::path body_file;  // has the body, if the handler wanted it in a file
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
  std::optional<unsigned> retry_after;  // seconds
  std::string request_id;
  std::filesystem::path body_file;  // is sent in place of the body, if it is not empty
  // For logs and metrics.
  std::optional<std::size_t> endpoint;  // its place among the handler's
  std::string sql_state;                // if the server raised an error
};

/// Where the body of a request goes.
struct BodyFile {
  std::filesystem::path path;
  std::uint64_t most_bytes;
};

/// Answers the requests of one thread's connections. It does not throw.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual Task<HttpReply> handle(const HttpRequest& request) = 0;
  /// Is asked about a request of multipart/form-data before its body is read. Returns the file that
  /// the body goes to, a reply that refuses it, or nothing if it is like other bodies.
  virtual std::variant<std::monostate, BodyFile, HttpReply> before_body(const HttpRequest&) {
    return {};
  }
  /// Answers a request that cannot be read, or whose body is larger than the limit.
  virtual HttpReply refuse(std::string_view reason) = 0;
  virtual const std::vector<Endpoint>& endpoints() const = 0;
};

}  // namespace vecext::gateway
