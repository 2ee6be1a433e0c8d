// The routes of Qdrant's REST interface, and the envelope of their answers.
#pragma once

#include <string>
#include <vector>

#include "access/authenticator.h"
#include "wire/http/message.h"
#include "wire/rest/request.h"

namespace vecext::gateway::rest {

/// Returns the JSON of `result`; throws a Failure.
using Action = Task<std::string> (*)(Request& request);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/collections/{name}": a segment in braces stands for any text
  Action action;
  Access needed = Access::kRead;  // for less, the body is not read
};

/// Answers requests of one thread by the routes of all files of this room.
class Router : public HttpHandler {
 public:
  Router(Pool& pool, const Authenticator& authenticator);
  Task<HttpReply> handle(const HttpRequest& request) override;
  HttpReply refuse(std::string_view reason) override;

 private:
  struct Entry {
    std::string_view method;
    std::vector<std::string_view> segments;
    Action action;
    Access needed;
  };
  const Entry* find(std::string_view method, const std::vector<std::string>& segments,
                    std::vector<std::string>& path) const;
  static void require(const Entry& entry, const Request& request);
  Task<HttpReply> answer_service(const HttpRequest& request, const Target& target);

  Pool& pool_;
  const Authenticator& authenticator_;
  std::vector<Entry> entries_;
};

/// The routes of each file.
const std::vector<Route>& collection_routes();
const std::vector<Route>& point_routes();
const std::vector<Route>& search_routes();
const std::vector<Route>& own_routes();

}  // namespace vecext::gateway::rest
