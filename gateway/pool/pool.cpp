#include "pool/pool.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/failure.h"
#include "pool/cancel.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

// A server that has refused a further connection is not asked for one within this time.
constexpr std::chrono::seconds kGrowthPause{1};

}  // namespace

Pool::Pool(Executor executor, const PoolOptions& options, ThreadMetrics& metrics)
    : executor_(executor),
      options_(options),
      hosts_(options.conninfo),
      metrics_(metrics),
      places_{.all = std::max(1, options.connections / 4)} {
  metrics_.pool.most.set(options_.connections);
  prepare_to_cancel();
}

// Lets other threads see how many connections there are, and how many requests wait.
void Pool::show() {
  metrics_.pool.open.set(open_);
  metrics_.pool.idle.set(static_cast<std::int64_t>(idle_.size()));
  metrics_.pool.waiting.set(static_cast<std::int64_t>(waiters_.size()));
}

// Whatever ends a request, its connection goes back.
struct Pool::Return {
  Pool& pool;
  std::unique_ptr<Connection>& connection;
  ~Return() { pool.give_back(std::move(connection)); }
};

void Pool::fail(const ConnectionLost& lost) {
  metrics_.pool.lost.add();
  // What libpq says has names of hosts and files, which are not for clients.
  spdlog::warn("a connection to PostgreSQL is lost: {}", lost.what());
  throw Failure(FailureKind::kUnavailable, "The connection to PostgreSQL is lost");
}

Task<std::vector<Result>> Pool::execute(std::span<Call> calls, Client* client,
                                        std::optional<std::chrono::seconds> limit, bool may_go_on) {
  std::unique_ptr<Connection> connection = co_await acquire(client);
  const Return give_back_at_end{*this, connection};
  require_waiting(client);
  std::optional<StandIn> stand_in;
  if (may_go_on) {
    client = stand_in.emplace(places_, client).client();
  }
  const Clock::time_point start = Clock::now();
  try {
    std::vector<Result> results = co_await connection->execute(calls, client, limit);
    metrics_.pool.transactions.observe(Clock::now() - start);
    co_return results;
  } catch (const SqlError& error) {
    metrics_.pool.transactions.observe(Clock::now() - start);
    metrics_.pool.errors.at(error.state()).add();
    throw;
  } catch (const ConnectionLost& lost) {
    fail(lost);
  } catch (...) {
    connection->close();  // in the midst of a pipeline
    throw;
  }
}

Task<Result> Pool::execute(Call call) {
  std::vector<Result> results = co_await execute(std::span(&call, 1));
  co_return std::move(results.front());
}

Task<> Pool::copy(const CopyPlan& plan, CopySource& source, Client* client) {
  std::unique_ptr<Connection> connection = co_await acquire(client);
  const Return give_back_at_end{*this, connection};
  require_waiting(client);
  try {
    co_await connection->copy(plan, source, client);
  } catch (const SqlError& error) {
    metrics_.pool.errors.at(error.state()).add();
    throw;
  } catch (const ConnectionLost& lost) {
    fail(lost);
  }
}

std::vector<std::string> Pool::environment() const {
  std::vector<std::string> variables;
  PQconninfoOption* options = PQconninfoParse(options_.conninfo.c_str(), nullptr);
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr;
       ++option) {
    if (option->envvar != nullptr && option->val != nullptr) {
      variables.push_back(std::string(option->envvar) + "=" + option->val);
    }
  }
  PQconninfoFree(options);
  return variables;
}

Task<std::unique_ptr<Connection>> Pool::acquire(Client* client) {
  std::unique_ptr<Connection> connection = co_await find(false);
  if (connection != nullptr) {
    co_return connection;
  }
  co_return co_await wait_for_turn(client);
}

// Returns a connection that is idle, or a new one, whose place may be counted in open_ already; or
// null if others have all connections. While the server refuses a new one, another may come back.
Task<std::unique_ptr<Connection>> Pool::find(bool has_place) {
  for (;;) {
    if (!has_place) {
      std::unique_ptr<Connection> idle = take_idle();
      if (idle != nullptr || !may_grow()) {
        co_return idle;
      }
      ++open_;
      show();
    }
    has_place = false;
    std::unique_ptr<Connection> connection = co_await connect();
    if (connection != nullptr) {
      co_return connection;
    }
  }
}

std::unique_ptr<Connection> Pool::take_idle() {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->is_usable()) {
      show();
      return connection;
    }
    metrics_.pool.lost.add();
    --open_;
  }
  return nullptr;
}

bool Pool::may_grow() const {
  return open_ == 0 || (open_ < options_.connections && Clock::now() >= grows_from_);
}

// The place of the connection is counted in open_ already. Returns null if the server has no
// connection left, but the pool has others, one of which will be given back.
Task<std::unique_ptr<Connection>> Pool::connect() {
  auto connection = std::make_unique<Connection>(executor_, options_.prepares);
  try {
    co_await connection->open(hosts_);
  } catch (const ConnectionLost& lost) {
    metrics_.pool.lost.add();
    spdlog::warn("{}: {}", lost.words(), lost.what());
    if (lost.is_for_lack_of_connections() && open_ > 1) {
      --open_;
      show();
      grows_from_ = Clock::now() + kGrowthPause;
      co_return nullptr;
    }
    give_back(std::move(connection));
    throw Failure(FailureKind::kUnavailable, std::string(lost.words()));
  } catch (...) {
    connection->close();  // its place is free again
    give_back(std::move(connection));
    throw;
  }
  metrics_.pool.opened.add();
  co_return connection;
}

Task<std::unique_ptr<Connection>> Pool::wait_for_turn(Client* client) {
  require_waiting(client);
  if (waiters_.size() >= static_cast<std::size_t>(options_.waiting)) {
    metrics_.pool.refused.add();
    throw Failure(FailureKind::kUnavailable, "Too many requests are waiting for a connection");
  }
  Waiter waiter(executor_);
  waiter.timer.expires_after(options_.wait);
  const Clock::time_point start = Clock::now();
  const OnLeave leave_queue(client, [&waiter] { waiter.timer.cancel(); });
  waiters_.push_back(&waiter);
  for (;;) {
    show();
    boost::system::error_code ignored;
    co_await waiter.timer.async_wait(
        asio::redirect_error(asio::use_awaitable_t<Executor>(), ignored));
    if (!waiter.may_open) {
      break;
    }
    waiter.may_open = false;
    waiter.connection = co_await find(true);
    if (waiter.connection != nullptr) {
      break;
    }
    require_waiting(client);
    waiters_.push_front(&waiter);  // it was its turn
  }
  metrics_.pool.waits.observe(Clock::now() - start);
  if (waiter.connection != nullptr) {
    co_return std::move(waiter.connection);
  }
  std::erase(waiters_, &waiter);
  show();
  require_waiting(client);
  metrics_.pool.timed_out.add();
  throw Failure(FailureKind::kUnavailable, "No connection to PostgreSQL became free in time");
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  if (connection != nullptr && connection->is_swollen()) {
    connection->close();
  }
  const bool is_open = connection != nullptr && connection->is_open();
  if (!waiters_.empty()) {
    Waiter* waiter = waiters_.front();
    waiters_.pop_front();
    if (is_open) {
      waiter->connection = std::move(connection);
    } else {
      waiter->may_open = true;  // the place of the lost connection is the waiter's now
    }
    waiter->timer.cancel();
  } else if (is_open) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  show();
}

}  // namespace vecext::gateway
