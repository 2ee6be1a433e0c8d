// One connection to a PostgreSQL server, over libpq.
#pragma once

#include <cstddef>
#include <cstdint>
#include <libpq-fe.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire.h"

namespace bench {

/// Every member throws std::runtime_error with the server's message when a statement fails.
class Server {
 public:
  /// `name` is the heading in reports; `conninfo` a libpq connection string.
  Server(std::string name, const std::string& conninfo);

  const std::string& name() const { return name_; }

  /// The process that serves this connection; 0 where it is not known to run on this machine.
  int backend() const;

  /// Milliseconds of processor time that the process has taken, which other work on the machine
  /// leaves nearly alone; 0 where it is not known to run on this machine.
  double processor_milliseconds() const;

  void execute(const std::string& sql);

  /// Runs a statement for `seconds` at most; returns whether it was done by then.
  bool execute_within(const std::string& sql, std::size_t seconds);

  /// The first column of the answer, in text form.
  std::vector<std::string> column(const std::string& sql);

  void prepare(const std::string& statement, const std::string& sql);

  /// Runs a prepared statement with parameters in binary form; the answer's one column is an int4,
  /// fetched in binary form.
  std::vector<std::int32_t> ids(const std::string& statement,
                                const std::vector<std::string>& parameters);

  /// Runs a COPY ... FROM STDIN of `count` rows: `rows` from row `first` on, again and again.
  void copy(const std::string& sql, const CopyRows& rows, std::size_t first, std::size_t count);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Finish>;

  Result checked(PGresult* result, ExecStatusType expected) const;
  void put(std::string_view bytes);

  std::string name_;
  std::unique_ptr<PGconn, Finish> connection_;
};

}  // namespace bench
