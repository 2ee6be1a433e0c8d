// libpq calls with their error checks.
#include "common/server.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace bench {

Server::Server(std::string name, const std::string& conninfo)
    : name_(std::move(name)), connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(name_ + ": " + PQerrorMessage(connection_.get()));
  }
  execute("SET client_min_messages = warning");
}

Server::Result Server::checked(PGresult* result, ExecStatusType expected) const {
  Result owned(result);
  if (PQresultStatus(result) != expected) {
    throw std::runtime_error(name_ + ": " + PQerrorMessage(connection_.get()));
  }
  return owned;
}

int Server::backend() const {
  const char* host = PQhost(connection_.get());
  const bool by_socket = host != nullptr && *host == '/';
  return by_socket ? PQbackendPID(connection_.get()) : 0;
}

double Server::processor_milliseconds() const {
  std::ifstream times("/proc/" + std::to_string(backend()) + "/schedstat");
  double nanoseconds = 0;
  times >> nanoseconds;
  return nanoseconds / 1e6;
}

void Server::execute(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(name_ + ": " + PQerrorMessage(connection_.get()));
  }
}

bool Server::execute_within(const std::string& sql, std::size_t seconds) {
  execute("SET statement_timeout = '" + std::to_string(seconds) + "s'");
  const Result result(PQexec(connection_.get(), sql.c_str()));
  const char* code = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const bool cancelled = code != nullptr && std::string_view(code) == "57014";
  if (!cancelled && PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    throw std::runtime_error(name_ + ": " + PQerrorMessage(connection_.get()));
  }
  execute("SET statement_timeout = 0");
  return !cancelled;
}

std::vector<std::string> Server::column(const std::string& sql) {
  const Result result = checked(PQexec(connection_.get(), sql.c_str()), PGRES_TUPLES_OK);
  std::vector<std::string> values;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    values.emplace_back(PQgetvalue(result.get(), row, 0));
  }
  return values;
}

void Server::prepare(const std::string& statement, const std::string& sql) {
  checked(PQprepare(connection_.get(), statement.c_str(), sql.c_str(), 0, nullptr),
          PGRES_COMMAND_OK);
}

std::vector<std::int32_t> Server::ids(const std::string& statement,
                                      const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> formats(parameters.size(), 1);
  for (const std::string& parameter : parameters) {
    values.push_back(parameter.data());
    lengths.push_back(static_cast<int>(parameter.size()));
  }
  const Result result = checked(
      PQexecPrepared(connection_.get(), statement.c_str(), static_cast<int>(parameters.size()),
                     values.data(), lengths.data(), formats.data(), 1),
      PGRES_TUPLES_OK);
  std::vector<std::int32_t> ids;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    std::uint32_t id = 0;
    for (int byte = 0; byte < 4; ++byte) {
      id = id << 8 | static_cast<unsigned char>(PQgetvalue(result.get(), row, 0)[byte]);
    }
    ids.push_back(static_cast<std::int32_t>(id));
  }
  return ids;
}

void Server::put(std::string_view bytes) {
  if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error(name_ + ": " + PQerrorMessage(connection_.get()));
  }
}

void Server::copy(const std::string& sql, const CopyRows& rows, std::size_t first,
                  std::size_t count) {
  constexpr std::size_t kSlice = 128;
  checked(PQexec(connection_.get(), sql.c_str()), PGRES_COPY_IN);
  if (rows.is_binary()) {
    put(copy_header());
  }
  for (std::size_t done = 0; done < count;) {
    const std::size_t row = (first + done) % rows.rows();
    const std::size_t step = std::min({kSlice, rows.rows() - row, count - done});
    put(rows.slice(row, step));
    done += step;
  }
  if (rows.is_binary()) {
    put(copy_trailer());
  }
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) {
    throw std::runtime_error(name_ + ": " + PQerrorMessage(connection_.get()));
  }
  checked(PQgetResult(connection_.get()), PGRES_COMMAND_OK);
  while (PGresult* rest = PQgetResult(connection_.get())) {
    PQclear(rest);
  }
}

}  // namespace bench
