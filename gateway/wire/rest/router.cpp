#include "wire/rest/router.h"

#include <chrono>
#include <optional>

#include "base/failure.h"
#include "base/log.h"
#include "base/request_id.h"
#include "service/execute.h"
#include "service/health.h"
#include "wire/dashboard/dashboard_files.h"
#include "wire/rest/envelope.h"

namespace vecext::gateway::rest {

namespace {

using Clock = std::chrono::steady_clock;

HttpReply succeed(const std::string& result, Clock::time_point start) {
  constexpr std::size_t kEnvelope = 64;  // bytes around the result
  HttpReply reply;
  reply.body.reserve(result.size() + kEnvelope);
  append_object(reply.body, [&](JsonWriter& envelope) { write_success(envelope, result, start); });
  return reply;
}

HttpReply fail(const Failure& failure, Clock::time_point start) {
  HttpReply reply;
  reply.status = status_of(failure.kind());
  reply.sql_state = failure.sql_state();
  if (may_succeed_later(failure.kind())) {
    reply.retry_after = 1;
  }
  append_object(reply.body, [&](JsonWriter& envelope) { write_failure(envelope, failure, start); });
  return reply;
}

HttpReply plain(unsigned status, std::string text) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(text);
  reply.content_type = "text/plain";
  return reply;
}

// What is wrong with a key is said in plain text.
HttpReply refuse_key(const Failure& failure) {
  return plain(status_of(failure.kind()), failure.message());
}

// Returns the client's traceparent or id of the request, for application_name.
std::string_view trace_of(const HttpRequest& request) {
  return request.traceparent.empty() ? request.request_id : request.traceparent;
}

constexpr std::size_t kLongestName = 255;  // of a collection, in bytes

std::vector<std::string_view> segments_of(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const std::size_t end = pattern.find('/');
    segments.push_back(pattern.substr(0, end));
    pattern = end == std::string_view::npos ? std::string_view() : pattern.substr(end);
  }
  return segments;
}

// What is answered without a key. As endpoints they stand behind those of the routes.
constexpr std::string_view kOpenPatterns[] = {"/", "/healthz", "/livez", "/readyz", "/dashboard"};

std::optional<std::size_t> open_endpoint(const Target& target) {
  if (target.segments.size() > 1 && !is_dashboard(target.segments)) {
    return std::nullopt;
  }
  const std::string path = "/" + (target.segments.empty() ? "" : target.segments.front());
  for (std::size_t i = 0; i < std::size(kOpenPatterns); ++i) {
    if (path == kOpenPatterns[i]) {
      return all_routes().size() + i;
    }
  }
  return std::nullopt;
}

}  // namespace

const std::vector<Route>& all_routes() {
  static const std::vector<Route> kRoutes = [] {
    std::vector<Route> all;
    for (const std::vector<Route>* routes :
         {&collection_routes(), &point_routes(), &search_routes(), &service_routes(),
          &metrics_routes(), &document_routes(), &own_routes(), &snapshot_routes(),
          &namespace_routes()}) {
      all.insert(all.end(), routes->begin(), routes->end());
    }
    return all;
  }();
  return kRoutes;
}

const std::vector<Endpoint>& Router::all_endpoints() {
  static const std::vector<Endpoint> kEndpoints = [] {
    std::vector<Endpoint> endpoints;
    for (const Route& route : all_routes()) {
      endpoints.push_back({route.method, route.pattern});
    }
    for (const std::string_view pattern : kOpenPatterns) {
      endpoints.push_back({"GET", pattern});
    }
    return endpoints;
  }();
  return kEndpoints;
}

Router::Router(Pool& pool, const Authenticator& authenticator, const Program& program,
               Shutdown& shutdown)
    : pool_(pool),
      authenticator_(authenticator),
      program_(program),
      shutdown_(shutdown),
      readiness_(pool) {
  for (const Route& route : all_routes()) {
    entries_.push_back({route.method, segments_of(route.pattern), route.action, entries_.size(),
                        route.needed, route.is_open, route.reads_body && !route.is_open});
  }
}

const Router::Entry* Router::find(std::string_view method, const std::vector<std::string>& segments,
                                  std::vector<std::string>& path) const {
  for (const Entry& entry : entries_) {
    if (entry.method != method || entry.segments.size() != segments.size()) {
      continue;
    }
    path.clear();
    bool is_equal = true;
    for (std::size_t i = 0; i < segments.size() && is_equal; ++i) {
      if (entry.segments[i].starts_with('{')) {
        path.push_back(segments[i]);
      } else {
        is_equal = entry.segments[i] == segments[i];
      }
    }
    if (is_equal) {
      return &entry;
    }
  }
  return nullptr;
}

// Refuses early what the service, or vecext, would refuse.
void Router::require(const Entry& entry, const Request& request) {
  if (entry.segments.size() > 1 && entry.segments[0] == "collections" &&
      entry.segments[1].starts_with('{')) {
    if (request.collection().size() > kLongestName) {
      throw Failure(FailureKind::kValidation,
                    "Validation error in path parameters: [name: value is longer than 255 bytes]");
    }
    const bool is_global = entry.needed == Access::kManage;
    is_global ? request.context.require_global(entry.needed)
              : request.context.require(entry.needed, request.collection());
  } else if (entry.needed != Access::kRead) {
    request.context.require_global(entry.needed);
  }
}

// What is answered without a key.
Task<HttpReply> Router::answer_open(const HttpRequest& request, const Target& target) {
  if (request.method == "OPTIONS") {
    co_return plain(200, "");
  }
  if (is_dashboard(target.segments)) {
    co_return answer_dashboard(request, target.segments);
  }
  if (target.segments.empty()) {
    HttpReply reply;
    append_object(reply.body, [](JsonWriter& body) {
      body.string("title", "qdrant - vector search engine");
      body.string("version", kQdrantVersion);
      body.string("commit", kQdrantCommit);
    });
    co_return reply;
  }
  const std::string& name = target.segments.front();
  if (name == "readyz") {
    if (shutdown_.has_begun()) {
      co_return plain(503, "The gateway is about to end");
    }
    const std::string obstacle = co_await readiness_.obstacle();
    if (!obstacle.empty()) {
      co_return plain(503, obstacle);
    }
  }
  co_return plain(200, name == "readyz" ? "all shards are ready" : "healthz check passed");
}

Task<HttpReply> Router::handle(const HttpRequest& http) {
  const Target target = parse_target(http.target);
  const std::optional<std::size_t> open = open_endpoint(target);
  if ((open && http.method == "GET") || http.method == "OPTIONS") {
    HttpReply reply = co_await answer_open(http, target);
    reply.endpoint = http.method == "GET" ? open : std::nullopt;
    co_return reply;
  }
  std::vector<std::string> path;
  const Entry* entry = find(http.method, target.segments, path);
  Context context{.pool = pool_,
                  .grant = {},
                  .client = http.client,
                  .body_name = "JSON body",
                  .trace = trace_of(http)};
  HttpReply reply;
  try {
    if (entry == nullptr || !entry->is_open) {
      context.grant =
          authenticator_.authenticate({http.api_key, http.authorization, http.namespace_id});
    }
    if (entry == nullptr) {
      reply.status = 404;
    } else {
      Request request{context, std::move(path), target.query, {}, program_,
                      http,    authenticator_,  shutdown_};
      reply = co_await answer(*entry, request);
    }
  } catch (const Failure& failure) {
    reply = failure.kind() == FailureKind::kUnauthenticated ? refuse_key(failure)
                                                            : fail(failure, http.body->arrived());
  } catch (const std::exception& error) {
    std::string id = http.request_id.empty() ? new_id() : std::string(http.request_id);
    reply = fail(log_unexpected(error, id), http.body->arrived());
    reply.request_id = std::move(id);
  }
  if (entry != nullptr) {
    reply.endpoint = entry->endpoint;
  }
  co_return reply;
}

Task<HttpReply> Router::answer(const Entry& entry, Request& request) {
  require(entry, request);
  request.context.time_limit = request.time_limit();
  request.awaits_changes = request.flag("wait").value_or(false);
  request.require_levels();
  if (entry.reads_body) {
    request.body = co_await request.http.body->read();
  }
  HttpReply reply;
  if (const RawAction* action = std::get_if<RawAction>(&entry.action)) {
    reply = co_await (*action)(request);
  } else {
    std::string result = co_await std::get<Action>(entry.action)(request);
    reply = succeed(result, request.http.body->arrived());
  }
  co_await verify(request.context);
  co_return reply;
}

HttpReply Router::refuse(std::string_view reason) {
  return fail(Failure(FailureKind::kBadJson, std::string(reason)), Clock::now());
}

}  // namespace vecext::gateway::rest
