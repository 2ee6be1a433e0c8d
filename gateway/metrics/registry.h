// What the threads of the program count.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/values.h"

namespace vecext::gateway {

/// Answers by endpoint and status, of one protocol.
class Responses {
 public:
  /// An endpoint is known by its place in a list. The last place is for requests of no endpoint.
  explicit Responses(std::size_t endpoints) : endpoints_(endpoints + 1) {}

  /// Counts an answer. A place beyond the list counts as a request of no endpoint.
  void record(std::size_t endpoint, unsigned status, std::chrono::nanoseconds duration) {
    endpoints_[endpoint < endpoints_.size() ? endpoint : endpoints_.size() - 1].at(status).observe(
        duration);
  }

  /// Adds to the durations by endpoint and status.
  void add_to(std::map<std::pair<std::size_t, unsigned>, Durations>& sum) const;

 private:
  std::vector<KeyedValues<unsigned, Histogram>> endpoints_;
};

/// Numbers of the connections to PostgreSQL.
struct PoolMetrics {
  Gauge open;              // connections
  Gauge idle;              // connections that no request uses
  Gauge most;              // how many connections there may be
  Gauge waiting;           // requests that wait for a connection
  Counter opened;          // connections
  Counter lost;            // connections that ended before we closed them, and attempts to connect
  Counter refused;         // requests, because too many were waiting
  Counter timed_out;       // requests that waited for too long
  Histogram waits;         // of the requests that had to wait
  Histogram transactions;  // from the first message to the last answer
  KeyedValues<std::string, Counter> errors;  // by SQLSTATE
};

/// What one thread counts.
struct ThreadMetrics {
  ThreadMetrics(std::size_t rest_endpoints, std::size_t grpc_methods)
      : rest(rest_endpoints), grpc(grpc_methods) {}

  Responses rest;
  Responses grpc;
  PoolMetrics pool;
  Counter points_written;
};

/// The numbers of all threads. Threads are added before one of them runs.
class Registry {
 public:
  using ResponseMap = std::map<std::pair<std::size_t, unsigned>, Durations>;

  explicit Registry(std::size_t rest_endpoints, std::vector<std::string_view> grpc_methods = {})
      : rest_endpoints_(rest_endpoints), grpc_methods_(std::move(grpc_methods)) {}

  ThreadMetrics& add_thread() {
    return threads_.emplace_back(rest_endpoints_, grpc_methods_.size());
  }
  const std::deque<ThreadMetrics>& threads() const { return threads_; }
  /// Return the durations of all threads by endpoint and status.
  ResponseMap rest_responses() const { return sum_of(&ThreadMetrics::rest); }
  ResponseMap grpc_responses() const { return sum_of(&ThreadMetrics::grpc); }
  /// The name of a method of gRPC, or "unknown" beyond the list.
  std::string_view grpc_method(std::size_t place) const {
    return place < grpc_methods_.size() ? grpc_methods_[place] : "unknown";
  }

 private:
  ResponseMap sum_of(Responses ThreadMetrics::*responses) const;

  std::size_t rest_endpoints_;
  std::vector<std::string_view> grpc_methods_;
  std::deque<ThreadMetrics> threads_;
};

}  // namespace vecext::gateway
