#include "pool/connection.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>

#include "base/failure.h"
#include "pool/cancel.h"
#include "pool/refusal.h"
#include "pool/session.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

constexpr asio::use_awaitable_t<Executor> kAwait;
using Wait = asio::posix::descriptor_base;

constexpr int kMostTries = 3;  // others may drop and make a collection as fast as we try
constexpr std::chrono::seconds kLongestRace{5};   // what fails later fails for another reason
constexpr std::chrono::seconds kCancelLimit{10};  // for asking the server to give up
constexpr std::chrono::seconds kGiveUpLimit{5};   // for the server's answer to that
constexpr std::chrono::seconds kRenewLimit{5};    // for making a session as new

bool may_change_session(std::span<const Call> calls) {
  return std::ranges::any_of(calls,
                             [](const Call& call) { return call.statement->may_change_session; });
}

}  // namespace

void Connection::close() {
  if (connection_ == nullptr) {
    return;
  }
  if (socket_.is_open()) {
    socket_.release();  // libpq closes it
  }
  give_up_limit_.reset();
  PQfinish(connection_);
  connection_ = nullptr;
  prepared_.clear();
  types_.clear();
  steps_.clear();
}

bool Connection::is_usable() {
  if (connection_ == nullptr) {
    return false;
  }
  // Between calls the server may send a notice, and then close the connection.
  pollfd socket{PQsocket(connection_), POLLIN, 0};
  while (poll(&socket, 1, 0) > 0) {
    if (PQconsumeInput(connection_) != 1 || PQstatus(connection_) != CONNECTION_OK) {
      return false;
    }
  }
  return true;
}

void Connection::lose() {
  ConnectionLost lost(connection_ == nullptr ? "out of memory" : PQerrorMessage(connection_));
  close();
  throw lost;
}

// A server that asks for a password that is not there says no more.
void Connection::refuse() {
  const std::string message = PQerrorMessage(connection_);
  const bool lacks_password = PQconnectionNeedsPassword(connection_) != 0;
  close();
  throw ConnectionLost(message, lacks_password ? "28P01" : state_of_refusal(message));
}

Task<> Connection::open(Hosts& hosts) {
  const ConnectionParameters parameters = co_await hosts.next(socket_.get_executor());
  const WaitLimit limit(socket_, connect_limit(parameters));
  connection_ = start_connection(parameters);
  if (connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD) {
    lose();
  }
  PQsetErrorVerbosity(connection_, PQERRORS_VERBOSE);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    // libpq may go on with another socket, as at the next host of its list.
    if (socket_.is_open()) {
      socket_.release();
    }
    socket_.assign(PQsocket(connection_));
    boost::system::error_code error;
    co_await socket_.async_wait(next == PGRES_POLLING_READING ? Wait::wait_read : Wait::wait_write,
                                asio::redirect_error(kAwait, error));
    if (error) {
      hosts.skip({PQhost(connection_), PQhostaddr(connection_), PQport(connection_)});
      close();
      throw ConnectionLost("the server has not answered in time");
    }
    next = PQconnectPoll(connection_);
    if (next == PGRES_POLLING_FAILED) {
      refuse();
    }
  }
  PQsetErrorVerbosity(connection_, PQERRORS_DEFAULT);
  if (socket_.native_handle() != PQsocket(connection_)) {
    socket_.release();
    socket_.assign(PQsocket(connection_));
  }
  if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) {
    lose();
  }
  co_await watch_us();
}

// Has the server look every second if the gateway is still there while it executes a statement,
// unless the server's settings say that already. Some systems do not offer that. The session of a
// pooler is not ours to set.
Task<> Connection::watch_us() {
  if (!prepares_) {
    co_return;
  }
  try {
    const Result set = co_await run(kWatchClient.text);
    watches_us_ = set.size() > 0;
  } catch (const SqlError&) {
    co_return;  // then a statement ends when it has something to send
  } catch (const boost::system::system_error&) {
    close();
    throw ConnectionLost("the server has not answered in time");
  }
}

// A pooler gives the session to others after each transaction. Its settings say whether it makes
// the session as new before that.
Task<> Connection::renew_session() {
  if (!prepares_ || !is_open()) {
    co_return;
  }
  std::vector<Call> calls;
  for (const Statement& statement : kRenewSession) {
    calls.push_back({&statement, {}});
  }
  if (watches_us_) {
    calls.push_back({&kWatchClient, {}});
  }
  try {
    co_await try_within(calls, false, kRenewLimit);
  } catch (const std::exception&) {
    close();  // the next one is new
  }
}

// The server may be stopped, or its host away, so that it never answers.
Task<std::vector<Result>> Connection::try_within(std::span<Call> calls, bool has_stale_statements,
                                                 std::optional<std::chrono::seconds> limit) {
  std::optional<WaitLimit> wait_limit;
  if (limit) {
    wait_limit.emplace(socket_, *limit);
  }
  try {
    if (has_stale_statements) {
      co_await reset_statements();
    }
    co_return co_await try_execute(calls);
  } catch (const boost::system::system_error&) {
    close();
    throw Failure(FailureKind::kTimeout, "PostgreSQL has not answered in time");
  }
}

Task<std::vector<Result>> Connection::execute(std::span<Call> calls, Client* client,
                                              std::optional<std::chrono::seconds> limit) {
  std::vector<Result> results;
  std::optional<SqlError> error;
  {
    const OnLeave give_up(client, [this] { cancel(); });
    for (int tries = 0; tries < kMostTries; ++tries) {
      const bool has_stale_statements = error && error->is_of_prepared_statement();
      error.reset();
      const auto start = std::chrono::steady_clock::now();
      try {
        results = co_await try_within(calls, has_stale_statements, limit);
      } catch (const SqlError& failed) {
        error = failed;
      }
      const bool has_gone = client != nullptr && client->has_gone();
      const bool was_long = std::chrono::steady_clock::now() - start > kLongestRace;
      // A statement of the operator's may do what is not rolled back before it fails by itself.
      const bool is_of_operator = error && error->may_be_of_users() && may_change_session(calls);
      if (!error || has_gone || is_of_operator || !error->is_to_be_tried_again(was_long)) {
        break;
      }
    }
    co_await await_cancel();
    give_up_limit_.reset();
  }
  if (may_change_session(calls)) {
    co_await renew_session();  // which a client that goes does not cancel
  }
  if (error) {
    throw SqlError(*error);
  }
  co_return results;
}

void Connection::cancel() {
  if (connection_ == nullptr || (cancel_ != nullptr && !cancel_->is_done)) {
    return;
  }
  if (!give_up_limit_) {
    give_up_limit_.emplace(socket_, kGiveUpLimit);
  }
  cancel_ = std::make_shared<Cancel>(socket_.get_executor());
  cancel_->done.expires_after(kCancelLimit);
  request_cancel(connection_, socket_.get_executor(), [cancel = cancel_] {
    cancel->is_done = true;
    cancel->done.cancel();
  });
}

// A request to give up that is still on its way would end what the next user of this connection
// executes. Once it is done, the server's process has its signal, and ignores it while it is idle.
Task<> Connection::await_cancel() {
  // Once one is done, the client may be said to have gone again, which makes another.
  while (cancel_ != nullptr) {
    const std::shared_ptr<Cancel> cancel = cancel_;
    if (!cancel->is_done) {
      boost::system::error_code ignored;
      co_await cancel->done.async_wait(asio::redirect_error(kAwait, ignored));
    }
    if (!cancel->is_done) {
      cancel_.reset();
      lose();
    }
    if (cancel_ == cancel) {
      cancel_.reset();
    }
  }
}

}  // namespace vecext::gateway
