// What is seen of each request from outside: its id, its line in the log, its place in the metrics.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "metrics/registry.h"
#include "wire/http/message.h"

namespace vecext::gateway {

struct LogOptions {
  std::string format = "text";  // or json
  std::string level = "info";
  int slow = 1000;  // milliseconds above which a request is logged as slow; 0: none is
};

/// Returns the id if it is of at most 64 letters, digits, dots, colons, hyphens and underscores,
/// and an empty text otherwise.
std::string_view sane_id(std::string_view id);
/// Returns the text if it is a traceparent as W3C's Trace Context has it, and an empty one
/// otherwise.
std::string_view sane_traceparent(std::string_view text);

/// Hands requests on to the handler that answers them, with an id each.
class Observer : public HttpHandler {
 public:
  Observer(HttpHandler& handler, ThreadMetrics& metrics, const LogOptions& log)
      : handler_(handler), metrics_(metrics), slow_(log.slow) {}

  Task<HttpReply> handle(const HttpRequest& request) override;
  std::variant<std::monostate, BodyFile, HttpReply> before_body(
      const HttpRequest& request) override;
  HttpReply refuse(std::string_view reason) override;
  const std::vector<Endpoint>& endpoints() const override { return handler_.endpoints(); }

 private:
  using Clock = std::chrono::steady_clock;
  void note(const HttpRequest& request, const HttpReply& reply, Clock::time_point start);

  HttpHandler& handler_;
  ThreadMetrics& metrics_;
  std::chrono::milliseconds slow_;
};

}  // namespace vecext::gateway
