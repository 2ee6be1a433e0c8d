// The connections of one thread, lent to requests.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "metrics/registry.h"
#include "pool/connection.h"
#include "pool/stand_in.h"

namespace vecext::gateway {

class ConnectionLost;

struct PoolOptions {
  std::string conninfo;
  int connections = 4;  // most at one time
  int waiting = 1000;   // most requests that wait for a connection; others are refused
  std::chrono::milliseconds wait{5000};  // how long a request waits
  bool prepares = true;                  // as of Connection
};

/// All of it runs on one thread; nothing is locked.
class Pool {
 public:
  /// What happens is counted in `metrics`, which outlive the pool.
  Pool(Executor executor, const PoolOptions& options, ThreadMetrics& metrics);

  /// Executes calls on a connection, as Connection::execute does. Throws a Failure kUnavailable if
  /// the server is away, or if no connection becomes free in time. Throws a Failure kTimeout if the
  /// client goes while the request waits; if it goes later, does what Connection::execute does.
  /// With `may_go_on`, the calls go on then, unless as many others do as may: a quarter of the
  /// connections, and at least one. The limit is that of Connection::execute.
  Task<std::vector<Result>> execute(std::span<Call> calls, Client* client = nullptr,
                                    std::optional<std::chrono::seconds> limit = std::nullopt,
                                    bool may_go_on = false);
  Task<Result> execute(Call call);
  /// Copies rows, as Connection::copy does. If the client goes while it waits, it gives up, too.
  Task<> copy(const CopyPlan& plan, CopySource& source, Client* client);

  /// Returns the connection string as environment variables of libpq, "NAME=value", for programs
  /// that are to connect as the pool does.
  std::vector<std::string> environment() const;

  ThreadMetrics& metrics() { return metrics_; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Waiter {
    explicit Waiter(Executor executor) : timer(executor) {}
    Timer timer;
    std::unique_ptr<Connection> connection;
    bool may_open = false;
  };

  struct Return;
  [[noreturn]] void fail(const ConnectionLost& lost);
  Task<std::unique_ptr<Connection>> acquire(Client* client);
  Task<std::unique_ptr<Connection>> find(bool has_place);
  std::unique_ptr<Connection> take_idle();
  bool may_grow() const;
  Task<std::unique_ptr<Connection>> connect();
  Task<std::unique_ptr<Connection>> wait_for_turn(Client* client);
  void give_back(std::unique_ptr<Connection> connection);
  void show();

  Executor executor_;
  PoolOptions options_;
  Hosts hosts_;
  ThreadMetrics& metrics_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int open_ = 0;                  // connections that are idle, lent or being made
  StandIn::Places places_;        // of calls that go on without their clients
  Clock::time_point grows_from_;  // before that, only the first connection is opened
  std::deque<Waiter*> waiters_;
};

}  // namespace vecext::gateway
