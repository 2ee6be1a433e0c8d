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
  /// Endpoints are known by their places in a list. The last place is for requests of no endpoint.
  explicit Responses(std::size_t endpoints) : endpoints_(endpoints + 1) {}

  /// Counts an answer. A place beyond the list is that of requests of no endpoint.
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
  Gauge idle;              // those of them that no request has
  Gauge most;              // how many there may be
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
  explicit ThreadMetrics(std::size_t rest_endpoints) : rest(rest_endpoints) {}

  Responses rest;
  PoolMetrics pool;
  Counter points_written;
};

/// The numbers of all threads. Threads are added before one of them runs.
class Registry {
 public:
  explicit Registry(std::size_t rest_endpoints) : rest_endpoints_(rest_endpoints) {}

  ThreadMetrics& add_thread() { return threads_.emplace_back(rest_endpoints_); }
  const std::deque<ThreadMetrics>& threads() const { return threads_; }
  /// Returns the durations of all threads by endpoint and status.
  std::map<std::pair<std::size_t, unsigned>, Durations> rest_responses() const;

 private:
  std::size_t rest_endpoints_;
  std::deque<ThreadMetrics> threads_;
};

}  // namespace vecext::gateway
