// Requests and replies of HTTP/2 as a handler of gRPC sees them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"

namespace vecext::gateway::grpc {

/// A request whose body has arrived. Of its headers it has those that gRPC or the gateway reads.
struct Http2Request {
  std::string method;
  std::string path;
  std::string content_type;
  std::string timeout;          // grpc-timeout
  std::string encoding;         // grpc-encoding
  std::string accept_encoding;  // grpc-accept-encoding
  std::string api_key;
  std::string authorization;
  std::string body;
};

using Http2Headers = std::vector<std::pair<std::string, std::string>>;

/// With a body, `trailers` follow it; without one, they are headers.
struct Http2Reply {
  int status = 200;
  Http2Headers headers;
  std::string body;
  Http2Headers trailers;
};

/// Why a request is refused before it has arrived as a whole.
enum class Http2Fault { kBodyTooLarge, kTooManyRequests };

/// Answers the requests of one thread's connections. It does not throw.
class Http2Handler {
 public:
  virtual ~Http2Handler() = default;
  virtual Task<Http2Reply> handle(const Http2Request& request) = 0;
  virtual Http2Reply refuse(Http2Fault fault) = 0;
};

}  // namespace vecext::gateway::grpc
