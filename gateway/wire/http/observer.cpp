#include "wire/http/observer.h"

#include <algorithm>
#include <limits>
#include <random>

#include "base/log.h"

namespace vecext::gateway {

namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

std::string new_id() {
  thread_local std::mt19937_64 numbers{std::random_device{}()};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (std::uint64_t number = numbers(); id.size() < 16; number >>= 4) {
    id += kDigits[number & 15];
  }
  return id;
}

// The method of a request of no endpoint, which may be any text.
std::string_view sane_method(std::string_view method) {
  return !method.empty() && method.size() <= 7 &&
                 std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; })
             ? method
             : "other";
}

}  // namespace

std::string_view sane_id(std::string_view id) {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  };
  return id.size() <= 64 && std::ranges::all_of(id, is_allowed) ? id : std::string_view();
}

std::string_view sane_traceparent(std::string_view text) {
  // version-trace-parent-flags, of 2, 32, 16 and 2 digits
  if (text.size() != 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return {};
  }
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  const bool is_sane = is_hex(text.substr(0, 2)) && is_hex(trace) && is_hex(parent) &&
                       is_hex(text.substr(53)) && !is_zero(trace) && !is_zero(parent) &&
                       !text.starts_with("ff");
  return is_sane ? text : std::string_view();
}

Task<HttpReply> Observer::handle(const HttpRequest& request) {
  const Clock::time_point start = Clock::now();
  HttpRequest observed = request;
  observed.request_id = sane_id(request.request_id);
  observed.traceparent = sane_traceparent(request.traceparent);
  HttpReply reply = co_await handler_.handle(observed);
  reply.request_id = observed.request_id.empty() ? new_id() : std::string(observed.request_id);
  note(observed, reply, start);
  co_return reply;
}

std::variant<std::monostate, BodyFile, HttpReply> Observer::before_body(
    const HttpRequest& request) {
  const Clock::time_point start = Clock::now();
  auto answer = handler_.before_body(request);
  if (HttpReply* reply = std::get_if<HttpReply>(&answer)) {
    reply->request_id = new_id();
    note(HttpRequest(), *reply, start);
  }
  return answer;
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
  line.sql_state = reply.sql_state;
  line.duration = duration;
  log_request(line, slow_);
}

}  // namespace vecext::gateway
