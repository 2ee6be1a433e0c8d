// The routes of Qdrant's REST interface, and the envelope of their answers.
#pragma once

#include <string>
#include <vector>

#include "wire/http/message.h"
#include "wire/rest/request.h"

namespace vecext::gateway::rest {

/// Returns the JSON of `result`; throws a Failure.
using Action = Task<std::string> (*)(Request& request);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/collections/{name}": a segment in braces stands for any text
  Action action;
};

/// Keys that requests must have; without any, all may do everything.
struct Keys {
  std::string write;
  std::string read;
};

/// Answers requests of one thread by the routes of all files of this room.
class Router : public HttpHandler {
 public:
  Router(Pool& pool, Keys keys);
  Task<HttpReply> handle(const HttpRequest& request) override;
  HttpReply refuse(std::string_view reason) override;

 private:
  struct Entry {
    std::string_view method;
    std::vector<std::string_view> segments;
    Action action;
  };
  const Entry* find(std::string_view method, const std::vector<std::string>& segments,
                    std::vector<std::string>& path) const;
  Access access_of(const HttpRequest& request) const;
  Task<HttpReply> answer_service(const HttpRequest& request, const Target& target);

  Pool& pool_;
  Keys keys_;
  std::vector<Entry> entries_;
};

/// The routes of each file.
const std::vector<Route>& collection_routes();
const std::vector<Route>& point_routes();
const std::vector<Route>& search_routes();
const std::vector<Route>& own_routes();

}  // namespace vecext::gateway::rest
