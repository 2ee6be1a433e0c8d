// A request of REST, taken apart, and what its handlers get besides.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/authenticator.h"
#include "base/json.h"
#include "base/shutdown.h"
#include "metrics/registry.h"
#include "service/context.h"
#include "service/snapshot_files.h"
#include "wire/http/message.h"

namespace vecext::gateway::rest {

/// The program that answers, as the routes about it describe it.
struct Program {
  const Registry& metrics;
  std::string id;  // a UUID, new at each start
  SnapshotOptions snapshots;
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
};

/// What a handler of a route gets.
struct Request {
  Context& context;
  std::vector<std::string> path;  // the values of {…} in the route, in their order
  std::vector<std::pair<std::string, std::string>> query;
  std::string_view body;
  const Program& program;
  const HttpRequest& http;
  const Authenticator& authenticator;  // for actions of routes that are open
  Shutdown& shutdown;
  bool awaits_changes = false;  // true if the client says that it waits for changes

  const std::string& collection() const { return path.front(); }
  std::optional<std::string> parameter(std::string_view name) const;
  /// Returns a parameter that is true or false. Throws a Failure kBadJson if it is neither.
  std::optional<bool> flag(std::string_view name) const;
  /// Returns the parameter `timeout`, and PostgreSQL's longest limit for a longer one. Throws a
  /// Failure kBadJson if it is not a number, or kValidation if it is 0.
  std::optional<std::chrono::seconds> time_limit() const;
  /// Throws a Failure kBadJson if `ordering` or `consistency`, which have no effect here, are not
  /// among Qdrant's levels.
  void require_levels() const;
  /// Returns the members of the body. Throws a Failure kBadJson if it is not an object.
  JsonObject object() const { return JsonObject::parse(body, "body"); }
};

/// Takes a request target apart: its path into segments without %-escapes, and its query string.
struct Target {
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> query;
};
Target parse_target(std::string_view target);

/// Returns `limit` or another number of a body. Throws a Failure kValidation if it is below
/// `least`.
std::int32_t number_member(const JsonObject& object, std::string_view name, std::int32_t otherwise,
                           std::int32_t least);

}  // namespace vecext::gateway::rest
