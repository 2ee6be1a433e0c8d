// What is seen of each request from outside: its id, its line in the log, its place in the metrics.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/log.h"
#include "metrics/registry.h"
#include "wire/http/message.h"

namespace vecext::gateway {

/// Hands requests on to the handler that answers them, with an id each.
class Observer : public HttpHandler {
 public:
  Observer(HttpHandler& handler, ThreadMetrics& metrics, const LogOptions& log)
      : handler_(handler), metrics_(metrics), slow_(log.slow) {}

  Task<HttpReply> handle(const HttpRequest& request) override;
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
