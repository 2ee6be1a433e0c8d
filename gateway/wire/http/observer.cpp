#include "wire/http/observer.h"

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "base/request_id.h"

namespace vecext::gateway {

namespace {

// The method of a request of no endpoint, which may be any text.
std::string_view sane_method(std::string_view method) {
  return !method.empty() && method.size() <= 7 &&
                 std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; })
             ? method
             : "other";
}

}  // namespace

Task<HttpReply> Observer::handle(const HttpRequest& request) {
  HttpRequest observed = request;
  observed.request_id = sane_id(request.request_id);
  observed.traceparent = sane_traceparent(request.traceparent);
  HttpReply reply = co_await handler_.handle(observed);
  if (reply.request_id.empty()) {
    reply.request_id = observed.request_id.empty() ? new_id() : std::string(observed.request_id);
  }
  note(observed, reply, request.body->arrived());
  co_return reply;
}

HttpReply Observer::refuse(std::string_view reason) {
  const Clock::time_point start = Clock::now();
  HttpReply reply = handler_.refuse(reason);
  reply.request_id = new_id();
  note(HttpRequest(), reply, start);
  return reply;
}

void Observer::note(const HttpRequest& request, const HttpReply& reply, Clock::time_point start) {
  const std::chrono::nanoseconds duration = Clock::now() - start;
  metrics_.rest.record(reply.endpoint.value_or(std::numeric_limits<std::size_t>::max()),
                       reply.status, duration);
  RequestLine line;
  line.id = reply.request_id;
  line.trace = request.traceparent;
  line.method = reply.endpoint ? endpoints()[*reply.endpoint].method : sane_method(request.method);
  line.pattern = reply.endpoint ? endpoints()[*reply.endpoint].pattern : "unknown";
  line.status = reply.status;
  line.has_failed = reply.status >= 500;
  line.sql_state = reply.sql_state;
  line.duration = duration;
  log_request(line, slow_);
}

}  // namespace vecext::gateway
