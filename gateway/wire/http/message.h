// Requests and replies of HTTP as a handler sees them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

/// A request. Its texts are valid until the handler has returned its reply.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  // path and query string, as sent
  std::string_view body;
  std::string_view api_key;        // header api-key
  std::string_view authorization;  // header Authorization
  std::string_view request_id;     // header x-request-id
  std::string_view traceparent;    // header traceparent
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
  // For logs and metrics.
  std::optional<std::size_t> endpoint;  // its place among the handler's
  std::string sql_state;                // if the server raised an error
};

/// Answers the requests of one thread's connections. It does not throw.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual Task<HttpReply> handle(const HttpRequest& request) = 0;
  /// Answers a request that cannot be read, or whose body is larger than the limit.
  virtual HttpReply refuse(std::string_view reason) = 0;
  virtual const std::vector<Endpoint>& endpoints() const = 0;
};

}  // namespace vecext::gateway
