// The routes of Qdrant's REST interface, and the envelope of their answers.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "access/authenticator.h"
#include "service/health.h"
#include "wire/http/message.h"
#include "wire/rest/request.h"

namespace vecext::gateway::rest {

/// Returns the JSON of `result`; throws a Failure.
using Action = Task<std::string> (*)(Request& request);
/// Returns a whole reply, which has no envelope; throws a Failure.
using RawAction = Task<HttpReply> (*)(Request& request);

struct Route {
  std::string_view method;
  // "/collections/{collection_name}": a segment in braces stands for any text.
  std::string_view pattern;
  std::variant<Action, RawAction> action;
  std::string_view summary = "";  // what it does, for /openapi.json
  Access needed = Access::kRead;  // a key with less is refused before the body is read
  bool is_open = false;           // needs no key, and its body is not read
  bool reads_body = true;         // otherwise the action does
};

/// Answers requests of one thread by the routes of all files of this room.
class Router : public HttpHandler {
 public:
  Router(Pool& pool, const Authenticator& authenticator, const Program& program,
         Shutdown& shutdown);
  Task<HttpReply> handle(const HttpRequest& request) override;
  HttpReply refuse(std::string_view reason) override;
  const std::vector<Endpoint>& endpoints() const override { return all_endpoints(); }

  /// The endpoints of all routes.
  static const std::vector<Endpoint>& all_endpoints();

 private:
  struct Entry {
    std::string_view method;
    std::vector<std::string_view> segments;
    std::variant<Action, RawAction> action;
    std::size_t endpoint;
    Access needed;
    bool is_open;
    bool reads_body;
  };
  const Entry* find(std::string_view method, const std::vector<std::string>& segments,
                    std::vector<std::string>& path) const;
  static void require(const Entry& entry, const Request& request);
  Task<HttpReply> answer(const Entry& entry, Request& request);
  Task<HttpReply> answer_open(const HttpRequest& request, const Target& target);

  Pool& pool_;
  const Authenticator& authenticator_;
  const Program& program_;
  Shutdown& shutdown_;
  Readiness readiness_;
  std::vector<Entry> entries_;
};

/// The routes of each file.
const std::vector<Route>& collection_routes();
const std::vector<Route>& point_routes();
const std::vector<Route>& search_routes();
const std::vector<Route>& metrics_routes();
const std::vector<Route>& service_routes();
const std::vector<Route>& document_routes();
const std::vector<Route>& own_routes();
const std::vector<Route>& snapshot_routes();
const std::vector<Route>& namespace_routes();

/// The routes of all files.
const std::vector<Route>& all_routes();

}  // namespace vecext::gateway::rest
