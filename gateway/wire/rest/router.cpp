#include "wire/rest/router.h"

#include <charconv>
#include <chrono>
#include <optional>

#include "base/failure.h"
#include "service/execute.h"
#include "service/health.h"

namespace vecext::gateway::rest {

namespace {

using Clock = std::chrono::steady_clock;

struct Status {
  FailureKind kind;
  unsigned code;
  std::string_view prefix;
};

constexpr Status kStatuses[] = {
    {FailureKind::kBadInput, 400, "Wrong input: "},
    {FailureKind::kBadJson, 400, ""},
    {FailureKind::kValidation, 422, ""},
    {FailureKind::kNotFound, 404, "Not found: "},
    {FailureKind::kAlreadyExists, 409, "Wrong input: "},
    {FailureKind::kUnauthenticated, 401, ""},
    {FailureKind::kForbidden, 403, "Forbidden: "},
    {FailureKind::kNotOffered, 405, ""},
    {FailureKind::kTimeout, 408, "Timeout: "},
    {FailureKind::kOutOfSpace, 507, "Service internal error: "},
    {FailureKind::kUnavailable, 503, "Service internal error: "},
    {FailureKind::kInternal, 500, "Service internal error: "},
};

const Status& status_of(FailureKind kind) {
  for (const Status& status : kStatuses) {
    if (status.kind == kind) {
      return status;
    }
  }
  return kStatuses[std::size(kStatuses) - 1];
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

HttpReply succeed(std::string result, Clock::time_point start) {
  HttpReply reply;
  append_object(reply.body, [&](JsonWriter& envelope) {
    envelope.raw("result", result);
    envelope.string("status", "ok");
    envelope.raw("time", std::to_string(seconds_since(start)));
  });
  return reply;
}

HttpReply fail(const Failure& failure, Clock::time_point start) {
  const Status& status = status_of(failure.kind());
  HttpReply reply;
  reply.status = status.code;
  if (failure.kind() == FailureKind::kUnavailable) {
    reply.retry_after = 1;
  }
  append_object(reply.body, [&](JsonWriter& envelope) {
    envelope.object("status", [&](JsonWriter& error) {
      error.string("error", std::string(status.prefix) + failure.message());
    });
    envelope.raw("time", std::to_string(seconds_since(start)));
  });
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
  return plain(status_of(failure.kind()).code, failure.message());
}

// The parameter `timeout`: whole seconds.
std::optional<std::chrono::seconds> time_limit_of(const Request& request) {
  const auto text = request.parameter("timeout");
  if (!text) {
    return std::nullopt;
  }
  std::int32_t seconds = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (fault != std::errc() || end != text->data() + text->size() || seconds < 1) {
    throw Failure(FailureKind::kBadJson,
                  "Invalid query parameters: timeout must be 1 second or more");
  }
  return std::chrono::seconds(seconds);
}

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

}  // namespace

Router::Router(Pool& pool, const Authenticator& authenticator)
    : pool_(pool), authenticator_(authenticator) {
  for (const std::vector<Route>* routes :
       {&collection_routes(), &point_routes(), &search_routes()}) {
    for (const Route& route : *routes) {
      entries_.push_back({route.method, segments_of(route.pattern), route.action, route.needed});
    }
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

// Refuses early what the service would refuse.
void Router::require(const Entry& entry, const Request& request) {
  if (entry.segments.size() > 1 && entry.segments[0] == "collections" &&
      entry.segments[1].starts_with('{')) {
    const bool is_global = entry.needed == Access::kManage;
    is_global ? request.context.require_global(entry.needed)
              : request.context.require(entry.needed, request.collection());
  } else if (entry.needed != Access::kRead) {
    request.context.require_global(entry.needed);
  }
}

// What is answered without a key.
Task<HttpReply> Router::answer_service(const HttpRequest& request, const Target& target) {
  if (request.method == "OPTIONS") {
    co_return plain(200, "");
  }
  if (target.segments.empty()) {
    HttpReply reply;
    append_object(reply.body, [](JsonWriter& body) {
      body.string("title", "qdrant - vector search engine");
      body.string("version", kQdrantVersion);
      body.string("commit", "");
    });
    co_return reply;
  }
  const std::string& name = target.segments.front();
  if (name == "readyz") {
    const bool answers = co_await is_ready(pool_);
    if (!answers) {
      co_return plain(503, "PostgreSQL cannot be reached");
    }
  }
  co_return plain(200, name + " check passed");
}

Task<HttpReply> Router::handle(const HttpRequest& http) {
  const Clock::time_point start = Clock::now();
  const Target target = parse_target(http.target);
  const bool is_service = target.segments.empty() ||
                          (target.segments.size() == 1 &&
                           (target.segments[0] == "healthz" || target.segments[0] == "livez" ||
                            target.segments[0] == "readyz"));
  if ((is_service && http.method == "GET") || http.method == "OPTIONS") {
    co_return co_await answer_service(http, target);
  }
  Context context{pool_, {}, std::nullopt, http.client};
  try {
    context.grant = authenticator_.authenticate(http.api_key, http.authorization);
  } catch (const Failure& failure) {
    co_return refuse_key(failure);
  }
  std::vector<std::string> path;
  const Entry* entry = find(http.method, target.segments, path);
  if (entry == nullptr) {
    HttpReply reply;
    reply.status = 404;
    co_return reply;
  }
  Request request{context, std::move(path), target.query, {}};
  try {
    require(*entry, request);
    context.time_limit = time_limit_of(request);
    request.body = co_await http.body->read();
    std::string result = co_await entry->action(request);
    co_await verify(context);
    co_return succeed(std::move(result), start);
  } catch (const Failure& failure) {
    co_return failure.kind() == FailureKind::kUnauthenticated ? refuse_key(failure)
                                                              : fail(failure, start);
  } catch (const std::exception& error) {
    co_return fail(Failure(FailureKind::kInternal, error.what()), start);
  }
}

HttpReply Router::refuse(std::string_view reason) {
  return fail(Failure(FailureKind::kBadJson, std::string(reason)), Clock::now());
}

}  // namespace vecext::gateway::rest
