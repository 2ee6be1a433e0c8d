// What a connection sends and receives in pipeline mode.
#include <algorithm>
#include <array>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <tuple>

#include "pool/connection.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

constexpr asio::use_awaitable_t<Executor> kWaits;
using Wait = asio::posix::descriptor_base;

constexpr std::size_t kMostKept = 16 << 20;  // bytes of a row

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

// The arguments of a call, as libpq takes them.
struct Parameters {
  explicit Parameters(const Call& call)
      : count(call.arguments.size()),
        formats(static_cast<std::size_t>(count), 1),
        values(formats.size()),
        lengths(formats.size()) {
    for (int i = 0; i < count; ++i) {
      values[static_cast<std::size_t>(i)] = call.arguments.value(i);
      lengths[static_cast<std::size_t>(i)] = call.arguments.length(i);
    }
  }

  int count;
  std::vector<int> formats;
  std::vector<const char*> values;
  std::vector<int> lengths;
};

// Returns the types of the parameters, and 0 for those that the statement decides.
std::vector<Oid> types_of(const Call& call) {
  constexpr Oid kText = 25;
  std::vector<Oid> types = call.arguments.types();
  std::fill_n(types.begin(), call.statement->text_parameters, kText);
  return types;
}

// True if a row is so large that libpq's buffer, which holds a row at a time, has grown much.
bool has_large_row(const PGresult* result) {
  if (PQresultMemorySize(result) <= kMostKept) {
    return false;
  }
  for (int row = 0; row < PQntuples(result); ++row) {
    std::size_t size = 0;
    for (int column = 0; column < PQnfields(result); ++column) {
      size += static_cast<std::size_t>(PQgetlength(result, row, column));
    }
    if (size > kMostKept) {
      return true;
    }
  }
  return false;
}

// Waits until the socket takes bytes, or has some. Throws a system_error if the wait is ended.
Task<> ready_to_read_or_write(WaitLimit::Socket& socket) {
  using Code = boost::system::error_code;
  auto waits =
      asio::experimental::make_parallel_group(socket.async_wait(Wait::wait_read, asio::deferred),
                                              socket.async_wait(Wait::wait_write, asio::deferred));
  const std::tuple<std::array<std::size_t, 2>, Code, Code> ended =
      co_await waits.async_wait(asio::experimental::wait_for_one(), kWaits);
  const auto& [order, read, write] = ended;
  if (const Code& first = order[0] == 0 ? read : write) {
    throw boost::system::system_error(first);
  }
}

}  // namespace

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
    is_swollen_ = is_swollen_ || has_large_row(result.get());
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
                      types_of(call).data()) != 1) {
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
  if (PQsendQueryParams(connection_, call.statement->text, parameters.count, types_of(call).data(),
                        parameters.values.data(), parameters.lengths.data(),
                        parameters.formats.data(), 1) != 1) {
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
    // A server that writes to us, as a notice, may not read before we do.
    co_await ready_to_read_or_write(socket_);
    if (PQconsumeInput(connection_) != 1) {
      lose();
    }
  }
}

Task<PGresult*> Connection::receive() {
  while (PQisBusy(connection_) != 0) {
    co_await socket_.async_wait(Wait::wait_read, kWaits);
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
      TypeOids& oids = types_[array.type];
      if (oids.type == InvalidOid) {
        const Result found = co_await run(array.type->lookup);
        oids = {static_cast<Oid>(found.int32(0, 0)), static_cast<Oid>(found.int32(0, 1))};
      }
      call.arguments.set_type(array, oids);
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
