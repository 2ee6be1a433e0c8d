// What statements a request has executed: for those who want to see them, and their plans.
#pragma once

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "executor/spi.h"
#include "nodes/params.h"
}

namespace vecext::pg {

struct ExecutedStatement {
  const char* text;
  Datum parameters;  // text[]
  uint64 rows;       // that it returned
  const char* plan;  // as EXPLAIN has it
};

/// Where statements are noted while a request runs.
struct StatementLog {
  GrowingArray<ExecutedStatement> statements;
  MemoryContext context;
};

/// The log belongs to the request that runs. It is null if nobody wants to see its statements.
extern StatementLog* statement_log;

/// Notes a statement that was executed.
void note_statement(StatementLog* log, SPIPlanPtr plan, ParamListInfo parameters, uint64 rows);

/// Calls run(), and returns the statements that it has executed, in order, in the current memory
/// context; not those that functions in them execute, which may be another role's.
template <class Run>
GrowingArray<ExecutedStatement> executed_statements(Run run) {
  StatementLog log{.statements = {}, .context = CurrentMemoryContext};
  StatementLog* const before = statement_log;
  PG_TRY();
  {
    statement_log = &log;
    run();
  }
  PG_FINALLY();
  { statement_log = before; }
  PG_END_TRY();
  return log.statements;
}

}  // namespace vecext::pg
