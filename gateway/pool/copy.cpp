#include "pool/copy.h"

#include "pool/connection.h"
#include "pool/sql_error.h"

namespace vecext::gateway {

// COPY is not possible in pipeline mode, so the connection leaves that meanwhile. The server may
// ignore a request to give up between two statements, so the client is looked for before each one
// behind the rows.
Task<> Connection::copy(const CopyPlan& plan, CopySource& source, Client* client) {
  const OnLeave give_up(client, [this, &source] {
    source.give_up();
    cancel();
  });
  try {
    if (PQexitPipelineMode(connection_) != 1) {
      lose();
    }
    co_await command("BEGIN");
    for (const Call& call : plan.first) {
      co_await command(call);
    }
    co_await command(plan.before);
    if (PQsendQuery(connection_, plan.copy.c_str()) != 1) {
      lose();
    }
    co_await expect(PGRES_COPY_IN);
    co_await send_rows(source);
    co_await expect(PGRES_COMMAND_OK);
    for (const Call& call : plan.after) {
      require_waiting(client);
      co_await command(call);
    }
    require_waiting(client);
    co_await command("COMMIT");
    co_await await_cancel();
    give_up_limit_.reset();
    if (PQenterPipelineMode(connection_) != 1) {
      lose();
    }
  } catch (const boost::system::system_error&) {
    close();
    throw Failure(FailureKind::kTimeout, "PostgreSQL has not answered in time");
  } catch (...) {
    close();  // the server rolls back
    throw;
  }
}

Task<> Connection::send_rows(CopySource& source) {
  const auto size_of = [](std::string_view part) { return static_cast<int>(part.size()); };
  for (std::string_view part = co_await source.next(); !part.empty();) {
    int is_taken = 0;
    while ((is_taken = PQputCopyData(connection_, part.data(), size_of(part))) == 0) {
      co_await flush();
    }
    if (is_taken < 0) {
      co_return;  // the server has refused a row, and says so next
    }
    co_await flush();
    part = co_await source.next();
  }
  while (PQputCopyEnd(connection_, nullptr) == 0) {
    co_await flush();
  }
}

Task<> Connection::command(std::string text) {
  if (PQsendQuery(connection_, text.c_str()) != 1) {
    lose();
  }
  co_await expect(PGRES_COMMAND_OK);
}

Task<> Connection::command(const Call& call) {
  send_unprepared(call);
  co_await expect(PGRES_TUPLES_OK);
}

// Reads what a statement returns to its end, which is at once where rows are to be sent.
Task<> Connection::expect(ExecStatusType status) {
  co_await flush();
  std::optional<SqlError> error;
  while (true) {
    PGresult* received = co_await receive();
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(received, PQclear);
    if (result == nullptr) {
      break;
    }
    if (PQresultStatus(result.get()) == PGRES_COPY_IN && status == PGRES_COPY_IN) {
      co_return;
    }
    if (PQresultStatus(result.get()) != status && !error) {  // of no call of a pipeline
      error = SqlError(result.get(), -1);
    }
  }
  if (error) {
    throw SqlError(*error);
  }
}

}  // namespace vecext::gateway
