// The statements that a request has executed, and their plans, for vecext.query_plan().
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
  uint64 rows;       // number of rows that it returned
  const char* plan;  // as EXPLAIN shows it
};

/// The statements of a request that runs, noted one by one.
struct StatementLog {
  GrowingArray<ExecutedStatement> statements;
  MemoryContext context;
};

/// The log of the request that runs, or null if its statements are not noted.
extern StatementLog* statement_log;

/// Notes a statement that was executed.
void note_statement(StatementLog* log, SPIPlanPtr plan, ParamListInfo parameters, uint64 rows);

/// Calls run(), and returns the statements that it has executed, in order, in the current memory
/// context. Statements that functions within them execute are left out, as they may be another
/// role's.
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
