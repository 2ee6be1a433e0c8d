#include "pool/connection.h"

#include <poll.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "pool/cancel.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

constexpr asio::use_awaitable_t<Executor> kAwait;
using Wait = asio::posix::descriptor_base;

constexpr std::chrono::seconds kCancelLimit{10};  // for asking the server to give up

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

// Ends waits for a socket that take too long: libpq leaves that to its caller, and a host that is
// away may never answer.
class WaitLimit {
 public:
  using Socket = asio::posix::basic_stream_descriptor<Executor>;

  WaitLimit(Socket& socket, std::chrono::seconds limit) : timer_(socket.get_executor()) {
    timer_.expires_after(limit);
    timer_.async_wait([&socket, is_over = is_over_](const boost::system::error_code& error) {
      if (!error && !*is_over) {
        socket.cancel();
      }
    });
  }
  /// The timer may have expired in this turn of the loop already: its handler sees that it is over.
  ~WaitLimit() { *is_over_ = true; }
  WaitLimit(const WaitLimit&) = delete;
  WaitLimit& operator=(const WaitLimit&) = delete;

 private:
  std::shared_ptr<bool> is_over_ = std::make_shared<bool>(false);
  Timer timer_;
};

}  // namespace

void Connection::close() {
  if (connection_ == nullptr) {
    return;
  }
  if (socket_.is_open()) {
    socket_.release();  // libpq closes it
  }
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

Task<> Connection::open(Hosts& hosts) {
  connection_ = hosts.start();
  if (connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD) {
    lose();
  }
  const WaitLimit limit(socket_, connect_limit(connection_));
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
      hosts.skip(connection_);
      close();
      throw ConnectionLost("the server has not answered in time");
    }
    next = PQconnectPoll(connection_);
    if (next == PGRES_POLLING_FAILED) {
      lose();
    }
  }
  if (socket_.native_handle() != PQsocket(connection_)) {
    socket_.release();
    socket_.assign(PQsocket(connection_));
  }
  if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) {
    lose();
  }
}

Task<std::vector<Result>> Connection::execute(std::span<Call> calls, Client* client) {
  const OnLeave give_up(client, [this] { cancel(); });
  std::vector<Result> results;
  std::optional<SqlError> error;
  for (int tries = 0; tries < 2; ++tries) {
    const bool has_stale_statements = error && error->is_of_prepared_statement();
    error.reset();
    try {
      if (has_stale_statements) {
        co_await reset_statements();
      }
      results = co_await try_execute(calls);
    } catch (const SqlError& failed) {
      error = failed;
    }
    const bool has_gone = client != nullptr && client->has_gone();
    if (!error || !error->is_to_be_tried_again() || has_gone) {
      break;
    }
  }
  co_await await_cancel();
  if (error) {
    throw SqlError(*error);
  }
  co_return results;
}

void Connection::cancel() {
  if (connection_ == nullptr || (cancel_ != nullptr && !cancel_->is_done)) {
    return;
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

Task<std::vector<Result>> Connection::try_execute(std::span<Call> calls) {
  co_await set_types(calls);
  for (const Call& call : calls) {
    send(call);
  }
  if (PQpipelineSync(connection_) != 1) {
    lose();
  }
  co_await flush();
  // What the server answers to each message, in their order.
  std::vector<Result> results;
  std::optional<SqlError> error;
  for (std::size_t step = 0;;) {
    PGresult* received = co_await receive();
    std::unique_ptr<PGresult, Clear> result(received);
    if (result == nullptr) {
      continue;  // the end of the answer to one message
    }
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) {
      break;
    }
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (steps_[step] != nullptr) {
        prepared_.insert(steps_[step]);
      } else {
        results.emplace_back(result.release());
      }
    } else if (status != PGRES_PIPELINE_ABORTED) {
      if (PQstatus(connection_) == CONNECTION_BAD) {
        lose();
      }
      error = error ? error : SqlError(result.get(), static_cast<int>(results.size()));
    }
    ++step;
  }
  steps_.clear();
  if (error) {
    throw SqlError(*error);
  }
  co_return results;
}

namespace {

// The arguments of a call, as libpq takes them.
struct Parameters {
  explicit Parameters(const Call& call)
      : count(call.arguments.size()),
        types(text_types(count, call.statement->text_parameters)),
        formats(static_cast<std::size_t>(count), 1) {
    for (int i = 0; i < count; ++i) {
      values.push_back(call.arguments.value(i));
      lengths.push_back(call.arguments.length(i));
    }
  }

  static std::vector<Oid> text_types(int count, int texts) {
    constexpr Oid kText = 25;
    std::vector<Oid> types(static_cast<std::size_t>(count), InvalidOid);
    std::fill_n(types.begin(), texts, kText);
    return types;
  }

  int count;
  std::vector<Oid> types;
  std::vector<int> formats;
  std::vector<const char*> values;
  std::vector<int> lengths;
};

}  // namespace

void Connection::send(const Call& call) {
  if (!prepares_) {
    send_unprepared(call);
    steps_.push_back(nullptr);
    return;
  }
  const Statement& statement = *call.statement;
  const Parameters parameters(call);
  if (!prepared_.contains(&statement) && std::ranges::find(steps_, &statement) == steps_.end()) {
    if (PQsendPrepare(connection_, statement.name, statement.text, parameters.count,
                      parameters.types.data()) != 1) {
      lose();
    }
    steps_.push_back(&statement);
  }
  if (PQsendQueryPrepared(connection_, statement.name, parameters.count, parameters.values.data(),
                          parameters.lengths.data(), parameters.formats.data(), 1) != 1) {
    lose();
  }
  steps_.push_back(nullptr);
}

void Connection::send_unprepared(const Call& call) {
  const Parameters parameters(call);
  if (PQsendQueryParams(connection_, call.statement->text, parameters.count,
                        parameters.types.data(), parameters.values.data(),
                        parameters.lengths.data(), parameters.formats.data(), 1) != 1) {
    lose();
  }
}

Task<> Connection::flush() {
  while (true) {
    const int left = PQflush(connection_);
    if (left == 0) {
      co_return;
    }
    if (left < 0) {
      lose();
    }
    // The server may not read before we do.
    co_await socket_.async_wait(Wait::wait_write, kAwait);
    if (PQconsumeInput(connection_) != 1) {
      lose();
    }
  }
}

Task<PGresult*> Connection::receive() {
  while (PQisBusy(connection_) != 0) {
    co_await socket_.async_wait(Wait::wait_read, kAwait);
    if (PQconsumeInput(connection_) != 1) {
      lose();
    }
  }
  PGresult* result = PQgetResult(connection_);
  if (result == nullptr && PQstatus(connection_) == CONNECTION_BAD) {
    lose();
  }
  co_return result;
}

Task<> Connection::set_types(std::span<Call> calls) {
  for (Call& call : calls) {
    for (const Arguments::Array& array : call.arguments.arrays()) {
      if (array.type->lookup == nullptr) {
        continue;
      }
      Oid& type = types_[array.type];
      if (type == InvalidOid) {
        const Result found = co_await run(array.type->lookup);
        type = static_cast<Oid>(found.int32(0, 0));
      }
      call.arguments.set_type(array, type);
    }
  }
}

Task<Result> Connection::run(const char* text) {
  if (PQsendQueryParams(connection_, text, 0, nullptr, nullptr, nullptr, nullptr, 1) != 1 ||
      PQpipelineSync(connection_) != 1) {
    lose();
  }
  co_await flush();
  std::unique_ptr<PGresult, Clear> rows;
  while (true) {
    PGresult* received = co_await receive();
    std::unique_ptr<PGresult, Clear> result(received);
    if (result == nullptr) {
      continue;  // the end of the answer to one message
    }
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
      break;
    }
    rows = std::move(result);
  }
  if (PQresultStatus(rows.get()) == PGRES_FATAL_ERROR) {
    throw SqlError(rows.get(), SqlError::kNoCall);
  }
  co_return Result(rows.release());
}

Task<> Connection::reset_statements() {
  prepared_.clear();
  types_.clear();
  if (prepares_) {
    co_await run("DEALLOCATE ALL");
  }
}

}  // namespace vecext::gateway
